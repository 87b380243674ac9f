package io.github.clusterpool.bench;

import io.github.clusterpool.Exported;
import io.github.clusterpool.Job;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.util.ArrayList;
import java.util.List;

/** All settings at their defaults. */
class Clusterpool implements Contestant {
    private Pool pool;
    private int workers;

    PoolConfig config(int workers) {
        return PoolConfig.processes(workers);
    }

    @Override
    public boolean open(int count) {
        workers = count;
        pool = Pool.open(config(count));
        return true;
    }

    @Override
    public void openSpared(int count) {
        close();
        pool = Pool.open(config(count).spares(1));
    }

    @Override
    public void init() {
        pool.init(workers).join();
    }

    @Override
    public List<Long> pids() {
        return pool.call(() -> ProcessHandle.current().pid()).join();
    }

    @Override
    public List<Integer> map(List<Integer> xs) {
        return pool.lapply(xs, x -> x + 1).join();
    }

    @Override
    public void works(List<Work> works) {
        if (works.get(0).kind() != Work.Kind.NOTHING) {
            pool.lapply(works, Work::call).join();
            return;
        }
        List<Job<List<Integer>>> jobs = new ArrayList<>();
        for (Work work : works) {
            jobs.add(pool.lapply(List.of(work), Work::call));
        }
        jobs.forEach(Job::join);
    }

    @Override
    public void work(Work work) {
        pool.lapply(List.of(work), Work::call).join();
    }

    @Override
    public void all() {
        pool.call(() -> 0).join();
    }

    @Override
    public void export(byte[] bytes) {
        pool.export("bytes", bytes).done().join();
    }

    @Override
    public void exportAndUse(byte[] bytes) {
        Exported<byte[]> exported = pool.export("bytes", bytes);
        pool.call(() -> exported.get().length).join();
    }

    @Override
    public void close() {
        pool.close();
    }
}
