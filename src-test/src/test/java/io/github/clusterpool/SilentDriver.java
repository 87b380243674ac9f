package io.github.clusterpool;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A driver in a JVM of its own, to be frozen or cut off: keeps both its workers waiting in a task, one that may run again
 * and one that may not, and tells what became of them.
 */
public final class SilentDriver {
    private SilentDriver() {}

    /** Begins the driver's command line with {@code prefix}. */
    static Process start(List<String> prefix, Ledger ledger, Gate end) throws IOException {
        return DriverJvm.start(prefix, List.of(), SilentDriver.class, ledger.file(), end.file());
    }

    /** Of the workers, as the driver's first line tells. */
    static List<Long> pids(Ledger ledger) throws IOException {
        return Arrays.stream(ledger.lines().get(0).split(" "))
                .map(Long::parseLong)
                .toList();
    }

    /** The arguments are the file to write to and the one that ends the tasks. */
    public static void main(String[] args) throws Exception {
        Ledger ledger = new Ledger(args[0]);
        Gate end = new Gate(args[1]);
        String reachedByNetwork = "name = silent, placement = processes, processes.unix-sockets = off, ";
        try (Pool pool = Pool.open(LivePool.config(reachedByNetwork + SilenceTest.SHORT_LEASE))) {
            List<Long> pids = pool.call(() -> ProcessHandle.current().pid()).join();
            ledger.add(pids.stream().map(String::valueOf).collect(Collectors.joining(" ")));
            Job<List<Integer>> once = waiting(pool, 0, "once", ledger, end);
            Job<List<Integer>> again = waiting(pool, 3, "again", ledger, end);
            ledger.add("again: " + attempt(again));
            ledger.add("once: " + attempt(once));
            int restarts = pool.status().workers().stream()
                    .mapToInt(WorkerStatus::restarts)
                    .sum();
            ledger.add("restarts: " + restarts);
        }
    }

    private static Job<List<Integer>> waiting(Pool pool, int retries, String name, Ledger ledger, Gate end) {
        return pool.with(JobOptions.retries(retries)).lapply(List.of(0), i -> {
            ledger.add("started " + name);
            end.pass();
            return TaskContext.current().attempt();
        });
    }

    private static String attempt(Job<List<Integer>> job) {
        try {
            return job.join(Patience.much()).get(0).toString();
        } catch (JobFailedException e) {
            return String.valueOf(e.outcomes().get(0).error().getMessage());
        }
    }
}
