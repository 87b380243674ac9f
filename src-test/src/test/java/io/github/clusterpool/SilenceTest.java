package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worker JVMs that are there and say nothing: frozen, cut off, or merely busy. */
@Tag("slow")
@Timeout(900)
class SilenceTest {
    /** So short that a test can outlast it, and long enough for a healthy JVM on a busy machine. */
    static final String SHORT_LEASE = "lease { heartbeat = 250ms, suspect = 2s, lost = 6s }";

    private static final int LONGER_SECONDS = 9;

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeft() {
        Leftovers.expectNone("silence");
    }

    private static Pool open(String more) {
        return Pool.open(LivePool.config("name = silence, placement = processes, " + more));
    }

    private static List<Long> pids(Pool pool) {
        return value(pool.call(() -> ProcessHandle.current().pid()));
    }

    private static WorkerStatus first(Pool pool) {
        return pool.status().workers().get(0);
    }

    /** A task for each worker that waits there; the result is its attempt. */
    private static Job<List<Integer>> waiting(Pool pool, int retries, Ledger started, Gate end) {
        return pool.with(JobOptions.retries(retries).chunkSize(1)).lapply(List.of(0, 1), i -> {
            started.add(i);
            end.pass();
            return TaskContext.current().attempt();
        });
    }

    private static void expectLines(Ledger ledger, int lines) {
        Patience.await().until(() -> ledger.lines().size() == lines);
    }

    @Test
    void worker_frozenForTwoSeconds_costsNothing() throws IOException {
        Ledger started = Ledger.in(folder);
        Gate end = Gate.in(folder);
        try (Pool pool = open("")) {
            List<Long> pids = pids(pool);
            Job<List<Integer>> job = waiting(pool, 3, started, end);
            expectLines(started, 2);

            Frost.freeze(pids.get(0), 2);
            end.open();

            assertThat(value(job)).containsExactly(1, 1);
            assertThat(pids(pool)).isEqualTo(pids);
            assertThat(pool.status().workers())
                    .extracting(WorkerStatus::restarts)
                    .containsExactly(0, 0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {SHORT_LEASE + "; 6 s", "lease { }; 15 s"})
    void worker_frozenPastItsLease_isKilledAndItsTasksRunElsewhere(String lease, String silence) throws IOException {
        Ledger started = Ledger.in(folder);
        Gate end = Gate.in(folder);
        try (Pool pool = open(lease)) {
            Exported<Integer> x = pool.export("x", 1000);
            List<Long> pids = pids(pool);
            Job<List<Integer>> job = waiting(pool, 3, started, end);
            expectLines(started, 2);

            Frost.freeze(pids.get(0));
            Patience.await().until(() -> !Frost.lives(pids.get(0)));
            end.open();

            assertThat(value(job)).containsExactlyInAnyOrder(1, 2);
            assertThat(value(pool.call(x::get))).containsExactly(1000, 1000);
            assertThat(pids(pool)).contains(pids.get(1)).doesNotContain(pids.get(0));
            assertThat(first(pool).restarts()).isEqualTo(1);
            assertThat(first(pool).lastDeath())
                    .isEqualTo("(pid " + pids.get(0) + ") has not been heard of for " + silence
                            + " (frozen or cut off) and was killed");
        }
    }

    @Test
    void worker_frozenPastItsLeaseWithoutRetries_itsTaskFailsAndNoneRunsTwice() throws IOException {
        Ledger started = Ledger.in(folder);
        Gate end = Gate.in(folder);
        try (Pool pool = open(SHORT_LEASE)) {
            List<Long> pids = pids(pool);
            Job<List<Integer>> job = waiting(pool, 0, started, end);
            expectLines(started, 2);

            Frost.freeze(pids.get(0));
            Patience.await().until(() -> !Frost.lives(pids.get(0)));
            end.open();
            JobFailedException error = failure(JobFailedException.class, job);

            assertThat(error.outcomes()).filteredOn(Result::isSuccess).hasSize(1);
            assertThat(error.outcomes())
                    .filteredOn(result -> result.error() instanceof WorkerLostException)
                    .singleElement()
                    .extracting(result -> result.error().getMessage())
                    .asString()
                    .matches(
                            "element (.) of 2 \\(\\1\\) was lost with worker 1, which \\(pid " + pids.get(0) + "\\) has"
                                    + " not been heard of for 6 s \\(frozen or cut off\\) and was killed; it may have run"
                                    + " \\(attempt 1 of 1\\)");
            assertThat(started.lines()).containsExactlyInAnyOrder("0", "1");
        }
    }

    @Test
    void worker_suspect_getsNothingNewAndGoesOnWhenThawed() {
        try (Pool pool = open("lease { heartbeat = 250ms, suspect = 1s, lost = 100s }")) {
            List<Long> pids = pids(pool);
            Frost.freeze(pids.get(0));
            Job<List<Long>> early = spread(pool);
            Patience.await().until(() -> stateSeenByTheNextJob(pool) == WorkerStatus.State.SUSPECT);

            assertThat(value(spread(pool))).containsOnly(pids.get(1));
            Frost.thaw(pids.get(0));

            assertThat(value(early)).hasSize(20);
            Patience.await().until(() -> stateSeenByTheNextJob(pool) == WorkerStatus.State.READY);
            assertThat(pids(pool)).isEqualTo(pids);
            assertThat(first(pool).restarts()).isZero();
        }
    }

    /** Twenty tasks, one a chunk; the result is where each ran. */
    private static Job<List<Long>> spread(Pool pool) {
        return pool.with(JobOptions.chunkSize(1))
                .lapply(
                        IntStream.range(0, 20).boxed().toList(),
                        i -> ProcessHandle.current().pid());
    }

    /** A pool's status is as of the end of its last job: this one is refused, and so ends whoever is frozen. */
    private static WorkerStatus.State stateSeenByTheNextJob(Pool pool) {
        value(pool.lapply(List.of(), i -> i));
        return first(pool).state();
    }

    @Test
    void worker_busyWithAllThreadsAndOutOfMemoryNearly_isNotTakenForDead() {
        long lease = Patience.scaled(6).toMillis(); // the busier the machine, the longer a healthy JVM may be silent
        long nanos = TimeUnit.MILLISECONDS.toNanos(lease + lease / 2);
        String patient = "lease { heartbeat = 250ms, suspect = %dms, lost = %dms }".formatted(lease / 3, lease);
        try (Pool pool = open(patient + ", processes.jvm-options = [\"-Xmx64m\"]")) {
            List<Long> pids = pids(pool);

            Job<List<Integer>> job = pool.lapply(List.of(0, 1), i -> {
                long end = System.nanoTime() + nanos;
                Thread[] others = new Thread[8];
                for (int t = 0; t < others.length; t++) {
                    others[t] = new Thread(() -> litter(end));
                    others[t].start();
                }
                for (Thread other : others) {
                    other.join();
                }
                return i;
            });

            assertThat(value(job)).containsExactly(0, 1);
            assertThat(pids(pool)).isEqualTo(pids);
        }
    }

    /** Keeps a processor and the garbage collector busy. */
    private static void litter(long end) {
        byte[][] kept = new byte[40][];
        for (int i = 0; System.nanoTime() < end; i++) {
            kept[i % kept.length] = new byte[100_000];
        }
    }

    @Test
    void driver_frozenPastTheLease_losesNoWorker() throws Exception {
        Ledger ledger = Ledger.in(folder);
        Gate end = Gate.in(folder);
        Process driver = SilentDriver.start(List.of(), ledger, end);
        expectLines(ledger, 3);

        Frost.freeze(driver.pid(), LONGER_SECONDS);
        end.open();

        assertThat(driver.waitFor()).isZero();
        assertThat(ledger.lines().subList(3, 6)).containsExactlyInAnyOrder("once: 1", "again: 1", "restarts: 0");
    }

    @Test
    void workers_cutOffPastTheirLease_areReplacedAndNothingRunsTwiceThatMustNot() throws Exception {
        assumeTrue(mayHaveItsOwnNetwork(), "needs root, to give a process a network of its own and cut it");
        Ledger ledger = Ledger.in(folder);
        Gate end = Gate.in(folder);
        Process driver = SilentDriver.start(
                List.of("unshare", "-n", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"), ledger, end);
        expectLines(ledger, 3);
        List<Long> pids = SilentDriver.pids(ledger);

        Frost.run("nsenter -t " + driver.pid() + " -n ip link set lo down");
        Patience.await().until(() -> pids.stream().noneMatch(Frost::lives));
        Frost.run("nsenter -t " + driver.pid() + " -n ip link set lo up");
        end.open();

        assertThat(driver.waitFor()).isZero();
        assertThat(ledger.lines()).filteredOn("started once"::equals).hasSize(1);
        assertThat(ledger.lines()).filteredOn("started again"::equals).hasSize(2);
        assertThat(ledger.lines())
                .contains("again: 2", "restarts: 2")
                .anyMatch(
                        line -> line.matches(
                                "once: .* was lost with worker [12], which \\(pid \\d+\\) has not been heard"
                                        + " of for 6 s \\(frozen or cut off\\) and was killed; it may have run \\(attempt 1 of 1\\)"));
    }

    private static boolean mayHaveItsOwnNetwork() throws Exception {
        return new ProcessBuilder("unshare", "-n", "ip", "link", "set", "lo", "up")
                        .start()
                        .waitFor()
                == 0;
    }
}
