package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More work than a pool can hold, and work of many clients at once. */
@Tag("slow")
@Timeout(900)
class QueueTest {
    private static final int CLIENTS = 8;

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeft() {
        Leftovers.expectNone("busy");
    }

    private static Pool open(String placement, String more) {
        return Pool.open(LivePool.config("name = busy, placement = " + placement + more));
    }

    private Job<List<Integer>> fill(Pool pool, int tasks, Gate gate) {
        return pool.lapply(Collections.nCopies(tasks, 1), i -> {
            gate.pass();
            return i;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void lapply_queueFull_isRefusedWholeAndThePoolRecovers(String placement) throws IOException {
        Gate gate = Gate.in(folder);
        Ledger ran = Ledger.in(folder);
        Fn<Integer, Integer> noted = i -> {
            ran.add(i);
            return i;
        };
        try (Pool pool = open(placement, ", queue.max-tasks = 10")) {
            Job<List<Integer>> first = fill(pool, 8, gate);

            PoolOverloadedException error =
                    failure(PoolOverloadedException.class, pool.lapply(List.of(1, 2, 3), noted));
            gate.open();

            assertThat(error)
                    .hasMessage("pool 'busy' must hold at most 10 tasks, got 11; wait for jobs to end,"
                            + " or raise clusterpool.queue.max-tasks");
            assertThat(value(first)).hasSize(8);
            assertThat(value(pool.lapply(Collections.nCopies(10, 1), i -> i))).hasSize(10);
            assertThat(ran.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void stream_queueFullOfOthersWork_waitsAndLosesNothing(String placement) {
        Gate gate = Gate.in(folder);
        AtomicInteger read = new AtomicInteger();
        List<Integer> xs = IntStream.range(0, 100).boxed().toList();
        try (Pool pool = open(placement, ", queue.max-tasks = 10")) {
            Job<List<Integer>> others = fill(pool, 10, gate);
            CompletableFuture<List<Integer>> results = CompletableFuture.supplyAsync(() -> pool.stream(
                            xs.stream().peek(x -> read.incrementAndGet()).iterator(), i -> i + 1)
                    .map(Result::value)
                    .toList());
            Patience.await().until(() -> read.get() > 0);

            failure(PoolOverloadedException.class, pool.lapply(List.of(1), i -> i)); // sent after what was read
            boolean done = results.isDone();
            gate.open();

            assertThat(done).isFalse();
            assertThat(value(others)).hasSize(10);
            assertThat(results.orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS)
                            .join())
                    .isEqualTo(xs.stream().map(i -> i + 1).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void lapply_manyClientsBesideAHugeJob_haveTheirTurns(String placement) {
        try (Pool pool = open(placement, "")) {
            value(pool.lapply(
                    IntStream.range(0, 10_000).boxed().toList(), i -> i)); // teaches it that elements are cheap
            Job<List<Integer>> dear = pool.lapply(Collections.nCopies(2_000, 1), i -> {
                Thread.sleep(20);
                return i;
            });
            Job<List<Long>> many = pool.lapply(Collections.nCopies(1_000_000, 1), i -> {
                long end = System.nanoTime() + 50_000;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                return end;
            });

            List<CompletableFuture<Integer>> clients = IntStream.rangeClosed(1, CLIENTS)
                    .mapToObj(client -> CompletableFuture.supplyAsync(() -> useNow(pool, client)))
                    .toList();

            assertThat(clients.stream().map(CompletableFuture::join).toList())
                    .isEqualTo(IntStream.rangeClosed(1, CLIENTS).boxed().toList());
            assertThat(dear.cancel()).as("the dear job still runs").isTrue();
            assertThat(many.cancel()).as("the long job still runs").isTrue();
        }
    }

    /** Small jobs of one client, one after another; each is larger with a client of a higher number. */
    private static int useNow(Pool pool, int client) {
        for (int round = 0; round < 3; round++) {
            List<Integer> xs = IntStream.range(0, client * client).boxed().toList();
            assertThat(value(pool.lapply(xs, i -> i))).isEqualTo(xs);
        }
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void lapply_besideAFloodOfOneElementJobs_isDone(String placement) {
        try (Pool pool = open(placement, "")) {
            Job<List<Integer>> big = pool.lapply(Collections.nCopies(200, 1), i -> {
                Thread.sleep(2);
                return i;
            });
            Deque<Job<List<Integer>>> flood = new ArrayDeque<>();
            List<Integer> seen = new ArrayList<>();
            while (!big.isDone()) {
                flood.add(pool.lapply(List.of(flood.size()), i -> i));
                if (flood.size() > 200) {
                    seen.addAll(value(flood.remove()));
                }
            }

            assertThat(value(big)).hasSize(200);
            flood.forEach(job -> seen.addAll(value(job)));
            assertThat(seen).isNotEmpty();
        }
    }
}
