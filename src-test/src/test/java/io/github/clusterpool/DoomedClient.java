package io.github.clusterpool;

import java.nio.file.Path;
import java.util.List;

/** A client in a JVM of its own, to be killed: gives a hosted pool a job that is to outlive it and one that is not. */
public final class DoomedClient {
    private DoomedClient() {}

    /** Folder of the cluster's keys, address of a node, ledger for the id of the job, ledger of tasks, gate. */
    public static void main(String[] args) throws Exception {
        PoolConfig config = HostedFaultsTest.config(Path.of(args[0]), args[1]);
        Ledger ids = new Ledger(args[2]);
        Ledger begun = new Ledger(args[3]);
        Gate end = new Gate(args[4]);
        Pool pool = Pool.connect(config);
        Job<List<Integer>> stays = pool.with(JobOptions.detached(true)).lapply(List.of(1, 2, 3), i -> {
            begun.add("stays " + i);
            end.pass();
            return i * 100;
        });
        Job<List<Integer>> goes = pool.lapply(List.of(1, 2, 3), i -> {
            begun.add("goes " + i);
            end.pass();
            return i;
        });
        ids.add(stays.id());
        goes.join();
    }
}
