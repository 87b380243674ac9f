package io.github.clusterpool;

import java.util.List;
import java.util.stream.Collectors;

/** A driver in a JVM of its own, to be killed: opens a pool, tells its workers' pids, keeps them busy and waits. */
public final class DoomedDriver {
    private DoomedDriver() {}

    /** The one argument is the file to write the pids to. */
    public static void main(String[] args) throws Exception {
        Ledger ledger = new Ledger(args[0]);
        Pool pool = Pool.open(LivePool.config("name = doomed, placement = processes"));
        List<Long> pids = pool.call(() -> ProcessHandle.current().pid()).join();
        Job<List<Integer>> busy = pool.lapply(List.of(1, 2), i -> {
            Thread.sleep(Long.MAX_VALUE);
            return i;
        });
        ledger.add(pids.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        busy.join();
    }
}
