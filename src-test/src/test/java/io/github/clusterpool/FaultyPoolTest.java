package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyPoolTest {
    private static final int SIZE = 3;

    @TempDir
    static Path folder;

    private FaultyPool faulty;
    private Pool pool;

    @BeforeEach
    void open() {
        faulty = FaultyPool.open(LivePool.config(
                "name = faulty, workers = " + SIZE + ", lease { heartbeat = 50ms, suspect = 1s, lost = 3s }"));
        pool = faulty.pool();
        pool.resize(SIZE).join(Patience.much());
    }

    @AfterEach
    void close() {
        faulty.close();
        Leftovers.expectNone("faulty");
    }

    /** Which worker runs the element that waits at the gate. */
    private static int workerAt(Ledger ledger) {
        Patience.await().until(() -> !ledger.lines().isEmpty());
        try {
            return Integer.parseInt(ledger.lines().get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Job<List<Integer>> waitingFor(Gate gate, Ledger ledger) {
        return pool.lapply(List.of(1), i -> {
            ledger.add(TaskContext.current().workerId());
            gate.pass();
            return TaskContext.current().attempt();
        });
    }

    @Test
    void functionOfAClassMadeAtRunTime_workerIsLost_runsOnItsSuccessor() {
        Fn<Integer, Integer> fn = ShippingTest.plus(5);
        assertThat(value(pool.call(fn, 1))).containsOnly(6);

        faulty.lose(2);

        assertThat(value(pool.lapply(IntStream.range(0, 9).boxed().toList(), fn)))
                .contains(5, 13);
    }

    @Test
    void lose_workerInMidTask_runsItAgainWithTheState() throws IOException {
        Exported<Integer> x = pool.export("x", 42);
        Ledger ledger = Ledger.in(folder);
        Gate gate = Gate.in(folder);
        Job<List<Integer>> job = waitingFor(gate, ledger);

        faulty.lose(workerAt(ledger));
        Patience.await().until(() -> ledger.lines().size() == 2);
        gate.open();

        assertThat(value(job)).containsExactly(2);
        assertThat(value(pool.call(() -> x.get()))).containsExactly(42, 42, 42);
        assertThat(pool.status().workers()).extracting(WorkerStatus::lastDeath).contains("was lost by its test");
    }

    @Test
    void lose_workerInMidTask_hasTheSameRandomNumbersAgain() throws IOException {
        Ledger ledger = Ledger.in(folder);
        Gate gate = Gate.in(folder);
        Job<List<Double>> job = pool.with(JobOptions.seed(42)).lapply(List.of(1), i -> {
            double number = TaskContext.current().random().nextDouble();
            ledger.add(TaskContext.current().workerId());
            gate.pass();
            return number;
        });

        faulty.lose(workerAt(ledger));
        Patience.await().until(() -> ledger.lines().size() == 2);
        gate.open();

        assertThat(value(job)).containsExactly(RandomStream.seeded(42).nextDouble());
    }

    @Test
    void lose_workerOfAnExecutorsTask_runsItAgainIfItMay() throws Exception {
        Ledger ledger = Ledger.in(folder);
        Gate gate = Gate.in(folder);
        Fn0<Integer> task = () -> {
            ledger.add(TaskContext.current().workerId());
            gate.pass();
            return TaskContext.current().attempt();
        };
        Future<Integer> again = pool.executor().submit(task);
        faulty.lose(workerAt(ledger));
        Patience.await().until(() -> ledger.lines().size() == 2);
        gate.open();
        assertThat(again).succeedsWithin(Patience.much()).isEqualTo(2);

        Ledger other = Ledger.in(folder);
        Gate never = Gate.in(folder);
        Future<Integer> once = pool.with(JobOptions.retries(0)).executor().submit(() -> {
            other.add(TaskContext.current().workerId());
            never.pass();
            return 1;
        });
        faulty.lose(workerAt(other));

        assertThat(once)
                .failsWithin(Patience.much())
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(WorkerLostException.class);
    }

    @Test
    void freeze_forLess_thanTheLease_losesNothing() throws IOException {
        Ledger ledger = Ledger.in(folder);
        Gate gate = Gate.in(folder);
        Job<List<Integer>> job = waitingFor(gate, ledger);

        faulty.freeze(workerAt(ledger), Duration.ofMillis(500));
        gate.open();

        assertThat(value(job)).containsExactly(1);
        assertThat(ledger.lines()).hasSize(1);
    }

    @Test
    void freeze_forLonger_thanTheLease_worksOnWithoutThatWorker() throws IOException {
        Ledger ledger = Ledger.in(folder);
        Gate gate = Gate.in(folder);
        Job<List<Integer>> job = waitingFor(gate, ledger);

        faulty.freeze(workerAt(ledger), Patience.much());
        gate.open();

        assertThat(value(job)).containsExactly(2);
    }

    @Test
    void delay_everything_changesNoResult() {
        List<Integer> xs = IntStream.range(0, 200).boxed().toList();
        Exported<Integer> x = pool.export("x", 1);

        faulty.delay(Duration.ofMillis(10));

        assertThat(value(pool.lapply(xs, i -> i + x.get())))
                .isEqualTo(xs.stream().map(i -> i + 1).toList());
    }

    @Test
    void lose_workerThatFetchesABlob_givesItToTheNextOne() {
        byte[] large = BlobsTest.bytes(5_000_000);
        faulty.delay(Duration.ofMillis(100));

        Exported<byte[]> exported = pool.export("large", large);
        faulty.lose(1);
        faulty.delay(Duration.ZERO);

        value(exported.done());
        assertThat(value(pool.call(() -> Arrays.equals(exported.get(), large)))).containsExactly(true, true, true);
    }

    @Test
    void lose_workerWhoseResultIsBeingFetched_makesItAgain() throws IOException {
        Ledger ledger = Ledger.in(folder);
        Job<List<byte[]>> job = pool.lapply(List.of(5_000_000), size -> {
            ledger.add(TaskContext.current().workerId());
            return BlobsTest.bytes(size);
        });

        int first = workerAt(ledger);
        faulty.freeze(first, Patience.much());

        assertThat(value(job).get(0)).isEqualTo(BlobsTest.bytes(5_000_000));
        assertThat(ledger.lines()).hasSizeBetween(1, 2);
    }

    @Test
    void delay_everything_bringsBlobsBothWays() {
        List<byte[]> elements = List.of(BlobsTest.bytes(3_000_000), new byte[1], BlobsTest.bytes(200_000));

        faulty.delay(Duration.ofMillis(20));

        assertThat(value(pool.lapply(elements, bytes -> bytes))).containsExactlyElementsOf(elements);
    }

    @Test
    void lose_noSuchWorker_isRefused() {
        assertThatThrownBy(() -> faulty.lose(7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("worker must be one of [1, 2, 3], got 7");
    }
}
