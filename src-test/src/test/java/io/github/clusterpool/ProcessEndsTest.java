package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How pools of worker JVMs begin and end when something is wrong from the start, or will not stop. */
@Tag("slow")
@Timeout(300)
class ProcessEndsTest {
    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeft() {
        Leftovers.expectNone("ends");
    }

    private static PoolConfig config() {
        return LivePool.config("name = ends, placement = processes");
    }

    @Test
    void open_flagThatTheJvmRefuses_failsInTheJvmsWords() {
        PoolStartException error =
                assertThrows(PoolStartException.class, () -> Pool.open(config().jvmOptions("-XX:+NoSuchFlag")));

        assertThat(error.getMessage())
                .matches(
                        "pool 'ends' has no worker that starts: the last one \\(pid \\d+\\) ended by itself \\(exit 1\\)"
                                + " before it was ready\nthe last it printed:\n  Unrecognized VM option 'NoSuchFlag'\n(?s).*");
    }

    @Test
    void task_takesAllMemory_itsWorkerIsReplacedAndTheOthersFinish() {
        try (Pool pool = Pool.open(config().workers(1).jvmOptions("-Xmx64m"))) {
            Job<List<Integer>> job = pool.with(JobOptions.retries(0).chunkSize(1))
                    .lapply(List.of(1, 200_000_000, 3), i -> {
                        byte[][] hoard = new byte[i / 1_000_000][];
                        Arrays.setAll(hoard, each -> new byte[1_000_000]);
                        return hoard.length;
                    });

            JobFailedException error = failure(JobFailedException.class, job);

            assertThat(error.outcomes().get(1).error())
                    .isInstanceOf(WorkerLostException.class)
                    .message()
                    .matches(
                            "element 1 of 3 \\(200000000\\) was lost with worker 1, which \\(pid \\d+\\) ran out of memory"
                                    + " \\(exit 3\\); give it more with clusterpool.processes.jvm-options; it may have run"
                                    + " \\(attempt 1 of 1\\)\nthe last it printed:\n  Terminating due to"
                                    + " java.lang.OutOfMemoryError: Java heap space");
            assertThat(PoolCase.values(error)).containsExactly(0, null, 0);
        }
    }

    @Test
    void worker_crashes_theReportIsNamed() {
        PoolConfig config = config().workers(1)
                .jvmOptions("-XX:ErrorFile=" + folder + "/hs_err_pid%p.log", "-XX:-CreateCoredumpOnCrash");
        Gate never = Gate.in(folder);
        try (Pool pool = Pool.open(config)) {
            Job<List<Integer>> job = pool.with(JobOptions.retries(0)).lapply(List.of(1), i -> {
                signal("SEGV", ProcessHandle.current().pid());
                never.pass();
                return i;
            });

            JobFailedException error = failure(JobFailedException.class, job);

            assertThat(error.outcomes().get(0).error().getMessage())
                    .matches("(?s)element 0 of 1 \\(1\\) was lost with worker 1, which \\(pid (\\d+)\\) crashed"
                            + " \\(exit 1\\); its report is " + folder
                            + "/hs_err_pid\\1.log; it may have run.*");
        }
    }

    @Test
    void close_workersThatServe_sayNothing() {
        try (LogLines log = LogLines.ofWorkers("ends")) {
            Pool pool = Pool.open(config());
            value(pool.call(() -> 0));

            pool.close();

            assertThat(log.all()).isEmpty();
        }
    }

    @Test
    void close_threadsLeakedByTasks_endsWithinSeconds() {
        Gate never = Gate.in(folder);
        Pool pool = Pool.open(config());
        List<Long> pids = value(pool.call(() -> {
            Thread leaked = new Thread(never::passDeaf);
            leaked.setDaemon(false);
            leaked.start();
            Runtime.getRuntime().addShutdownHook(new Thread(never::passDeaf));
            return ProcessHandle.current().pid();
        }));
        long began = System.nanoTime();

        pool.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Patience.scaled(15));
        assertThat(pids).noneMatch(ProcessEndsTest::lives);
    }

    @Test
    void close_oneWorkerStuckAndOneStopped_endsWithinSeconds() throws Exception {
        Gate stuck = Gate.in(folder);
        Pool pool = Pool.open(config());
        List<Long> pids = value(pool.call(() -> ProcessHandle.current().pid()));
        Job<List<Integer>> job = pool.with(JobOptions.scheduling(Scheduling.STATIC))
                .lapply(List.of(1, 2), i -> {
                    stuck.open();
                    while (true) {
                        Thread.onSpinWait();
                    }
                });
        stuck.expectOpen();
        signal("STOP", pids.get(1));
        long began = System.nanoTime();

        pool.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Patience.scaled(15));
        assertThat(failure(PoolClosedException.class, job)).isNotNull();
        assertThat(pids).noneMatch(ProcessEndsTest::lives);
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    @Test
    void driver_killed_itsWorkersGo() throws IOException {
        Ledger ledger = Ledger.in(folder);
        Process driver = DriverJvm.start(List.of(), DoomedDriver.class, ledger.file());
        Patience.await().until(() -> !ledger.lines().isEmpty() || !driver.isAlive());
        List<Long> workers = Arrays.stream(ledger.lines().get(0).split(" "))
                .map(Long::parseLong)
                .toList();

        driver.destroyForcibly();

        assertThat(workers).hasSize(2);
        Patience.await().atMost(Patience.scaled(5)).until(() -> workers.stream().noneMatch(ProcessEndsTest::lives));
    }
}
