package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads make, change, use and end one pool at once; {@code -Dtests.seed=…} repeats a run's choices. */
@Tag("slow")
@Timeout(900)
class LifecycleTest {
    private static final int THREADS = 8;
    private static final long SEED = Long.getLong("tests.seed", System.nanoTime());

    /** All that a caller may hear when others change the pool under its job. */
    private static final List<Class<? extends Throwable>> DOCUMENTED = List.of(
            PoolMissingException.class,
            PoolClosedException.class,
            CancellationException.class,
            JobFailedException.class,
            BroadcastFailedException.class);

    /** What one thread did, and what came of it. */
    private record Step(String what, Job<?> job) {
        Throwable failure() {
            try {
                job.join(Patience.much());
                return null;
            } catch (Throwable e) {
                return e;
            }
        }
    }

    private static Step step(Pool pool, Random random) {
        int n = 1 + random.nextInt(3);
        return switch (random.nextInt(12)) {
            case 0 -> new Step("init", pool.init(n));
            case 1 -> new Step("init anew", pool.init(n, true));
            case 2 -> new Step("resize", pool.resize(n));
            case 3 -> new Step("delete", pool.delete());
            case 4 -> new Step("export", pool.export("x", n).done());
            case 5 -> new Step("evalq", pool.evalq("y = " + n));
            case 6 -> new Step("call", pool.call(() -> TaskContext.current().workerId()));
            case 7 -> {
                Job<?> job = pool.lapply(IntStream.range(0, 200).boxed().toList(), i -> i * n);
                job.cancel();
                yield new Step("lapply and cancel", job);
            }
            default ->
                new Step("lapply", pool.lapply(IntStream.range(0, 50).boxed().toList(), i -> i * n));
        };
    }

    private static List<Step> play(Pool pool, long seed, int steps) {
        Random random = new Random(seed);
        List<Step> played = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            Step step = step(pool, random);
            played.add(step);
            if (random.nextBoolean()) {
                step.failure(); // waits, as most callers do
            }
        }
        return played;
    }

    private static List<Step> playTogether(Pool pool, int steps) {
        System.out.println("tests.seed=" + SEED);
        List<CompletableFuture<List<Step>>> threads = IntStream.range(0, THREADS)
                .mapToObj(thread ->
                        CompletableFuture.supplyAsync(() -> play(pool, SEED + thread, steps), LifecycleTest::onThread))
                .toList();
        List<Step> all = new ArrayList<>();
        threads.forEach(
                thread -> all.addAll(thread.orTimeout(Patience.scaled(500).toSeconds(), TimeUnit.SECONDS)
                        .join()));
        return all;
    }

    private static void onThread(Runnable task) {
        Thread thread = new Thread(task, "lifecycle");
        thread.setDaemon(true);
        thread.start();
    }

    private static void assertDocumented(Step step) {
        Throwable failure = step.failure();
        if (failure != null) {
            assertThat(failure).as(step.what()).isInstanceOfAny(DOCUMENTED.toArray(new Class<?>[0]));
        }
        if (failure instanceof JobFailedException some) {
            assertThat(some.outcomes())
                    .as(step.what())
                    .filteredOn(outcome -> !outcome.isSuccess())
                    .allSatisfy(outcome -> assertThat(outcome.error()).isInstanceOf(WorkerLostException.class));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void everything_fromManyThreads_endsAsDocumentedAndLeavesNothing(String placement) {
        try (Pool pool = Pool.open(LivePool.config("name = races, placement = " + placement))) {
            List<Step> steps = playTogether(pool, placement.equals("processes") ? 12 : 150);

            steps.forEach(LifecycleTest::assertDocumented);
            value(pool.init(2));
            assertThat(value(pool.lapply(List.of(1, 2, 3), i -> i))).containsExactly(1, 2, 3);
            value(pool.delete());
            PoolStatus status = pool.status();
            assertThat(List.of(status.queued(), status.running(), status.size()))
                    .containsOnly(0);
            assertThat(status.exists()).isFalse();
            Leftovers.expectNone("races");
        }
        Leftovers.expectNone("races");
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void close_whileEverythingGoesOn_endsAllOfIt(String placement) {
        Pool pool = Pool.open(LivePool.config("name = closing, placement = " + placement));
        CompletableFuture<List<Step>> playing =
                CompletableFuture.supplyAsync(() -> playTogether(pool, 40), LifecycleTest::onThread);
        value(pool.init(2));

        List<CompletableFuture<Void>> closing = Collections.nCopies(3, 0).stream()
                .map(i -> CompletableFuture.runAsync(pool::close, LifecycleTest::onThread))
                .toList();
        closing.forEach(close ->
                close.orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS).join());

        playing.orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS)
                .join()
                .forEach(LifecycleTest::assertDocumented);
        pool.close();
        assertThat(PoolCase.failure(PoolClosedException.class, pool.lapply(List.of(1), i -> i)))
                .hasMessage("pool 'closing' is closed; open another one");
        assertThat(PoolCase.failure(PoolClosedException.class, pool.init(1))).isNotNull();
        assertThat(pool.exists()).isFalse();
        Leftovers.expectNone("closing");
    }
}
