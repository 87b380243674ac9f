package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worker JVMs are killed again and again while they work; what the tasks write down of themselves is the judge. */
@Tag("slow")
@Timeout(1200)
class KillStormTest {
    private static final int WORKERS = 4;
    private static final long TASK_MILLIS = 20;
    private static final Duration LONG_ENOUGH = Patience.scaled(400);

    @TempDir
    static Path folder;

    private final Random random = new Random();
    private Pool pool;

    @BeforeEach
    void open() {
        pool = Pool.open(LivePool.config("name = storm, placement = processes, workers = " + WORKERS));
    }

    @AfterEach
    void close() {
        pool.close();
        Leftovers.expectNone("storm");
    }

    /** What a task wrote down: {@code index attempt pid}, at its start and again at its end. */
    private record Line(int index, int attempt, long pid) {
        static Line of(String line) {
            Scanner parts = new Scanner(line);
            return new Line(parts.nextInt(), parts.nextInt(), parts.nextLong());
        }
    }

    private static List<Line> lines(Ledger ledger) throws IOException {
        return ledger.lines().stream().map(Line::of).toList();
    }

    private Job<List<Integer>> work(int tasks, JobOptions options, Ledger starts, Ledger ends) {
        Exported<Integer> x = pool.export("x", 1_000);
        pool.evalq("y = 7");
        return pool.with(options).lapply(IntStream.range(0, tasks).boxed().toList(), i -> {
            TaskContext task = TaskContext.current();
            String line = task.index() + " " + task.attempt() + " "
                    + ProcessHandle.current().pid();
            starts.add(line);
            Thread.sleep(TASK_MILLIS);
            ends.add(line);
            return i + x.get() + Env.<Integer>get("y");
        });
    }

    /** Kills one that works, whenever 100 to 400 more tasks have begun: every half to two seconds on an idle machine. */
    private Set<Long> storm(Job<?> job, Ledger starts) throws IOException {
        Set<Long> killed = new HashSet<>();
        int next = 50;
        while (true) {
            int due = next;
            Patience.await()
                    .atMost(LONG_ENOUGH)
                    .until(() -> job.isDone() || starts.lines().size() >= due);
            if (job.isDone()) {
                return killed;
            }
            List<Line> seen = lines(starts);
            long victim = seen.get(seen.size() - 1 - random.nextInt(WORKERS)).pid();
            ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
            killed.add(victim);
            next = seen.size() + 100 + random.nextInt(300);
        }
    }

    @Test
    void lapply_workersAreKilledAllTheTime_givesEveryResult() throws IOException {
        int tasks = 2_000;
        Ledger starts = Ledger.in(folder);
        Ledger ends = Ledger.in(folder);
        Job<List<Integer>> job = work(tasks, JobOptions.defaults(), starts, ends);

        Set<Long> killed = storm(job, starts);

        assertThat(job.join(LONG_ENOUGH))
                .isEqualTo(IntStream.range(0, tasks).map(i -> i + 1_007).boxed().toList());
        assertThat(killed).hasSizeGreaterThan(3);
        Map<Integer, List<Line>> byIndex = lines(starts).stream().collect(Collectors.groupingBy(Line::index));
        assertThat(byIndex).hasSize(tasks);
        assertThat(byIndex.values())
                .as("no attempt is made twice, and none after the last")
                .allSatisfy(tries -> assertThat(tries)
                        .extracting(Line::attempt)
                        .doesNotHaveDuplicates()
                        .allMatch(attempt -> attempt <= 4));
        assertThat(lines(ends).stream().map(Line::index).distinct()).hasSize(tasks);
        assertThat(value(pool.call(() -> Env.<Integer>get("y")))).containsExactly(7, 7, 7, 7);
    }

    @Test
    void lapply_atMostOnce_runsNothingTwiceAndLosesOnlyWhatWasAtAKilledWorker() throws IOException {
        int tasks = 1_000;
        Ledger starts = Ledger.in(folder);
        Ledger ends = Ledger.in(folder);
        Job<List<Integer>> job = work(tasks, JobOptions.retries(0), starts, ends);

        Set<Long> killed = storm(job, starts);
        JobFailedException error = failure(JobFailedException.class, job);

        List<Line> started = lines(starts);
        assertThat(started).extracting(Line::index).doesNotHaveDuplicates();
        Set<Integer> ended = lines(ends).stream().map(Line::index).collect(Collectors.toSet());
        assertThat(error.outcomes()).hasSize(tasks).allSatisfy(outcome -> {
            if (outcome.isSuccess()) {
                assertThat(outcome.value()).isEqualTo(outcome.index() + 1_007);
                assertThat(ended).contains(outcome.index());
            } else {
                assertThat(outcome.error())
                        .isInstanceOf(WorkerLostException.class)
                        .hasMessageContaining("may have run");
                assertThat(killed)
                        .contains(((WorkerLostException) outcome.error())
                                .deaths()
                                .get(0)
                                .pid());
            }
        });
    }
}
