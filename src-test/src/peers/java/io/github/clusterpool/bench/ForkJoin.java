package io.github.clusterpool.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;

/** What threads of one JVM do without anybody between: a parallel stream, and a pool for tasks; nothing is copied. */
final class ForkJoin extends Submitting {
    private ForkJoinPool pool = ForkJoinPool.commonPool();

    @Override
    boolean openMembers(int count) {
        pool = new ForkJoinPool(count);
        return false;
    }

    @Override
    <R> Callable<R> submit(Callable<R> task) {
        return pool.submit(task)::get;
    }

    @Override
    public List<Integer> map(List<Integer> xs) {
        return xs.parallelStream().map(x -> x + 1).toList();
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
