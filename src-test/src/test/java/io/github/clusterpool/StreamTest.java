package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Inputs without end, or larger than memory: what is read when, and how it ends. */
interface StreamTest extends PoolCase {
    /** Elements that a stream may have read beyond the result that its consumer has. */
    int WINDOW = 131_072;

    /** Counts from 0 without end, and knows how far it was read. */
    final class Source<T> implements Iterator<T> {
        final AtomicInteger read = new AtomicInteger();
        private final IntFunction<T> element;

        Source(IntFunction<T> element) {
            this.element = element;
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public T next() {
            return element.apply(read.getAndIncrement());
        }
    }

    /** Those results, asked for on another thread, so that a stream that never ends is a failure. */
    private static <R> List<Result<R>> taken(Stream<Result<R>> results) {
        return CompletableFuture.supplyAsync(results::toList)
                .orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static <R> List<R> values(List<Result<R>> results) {
        return results.stream().map(Result::value).toList();
    }

    @Test
    default void stream_manyElements_givesEachResultInItsPlace() {
        List<Integer> xs = IntStream.range(0, 200_000).boxed().toList();

        List<Result<Integer>> results =
                taken(pool().stream(xs, i -> i == TaskContext.current().index() ? i * 2 : -1));

        assertThat(results).hasSize(xs.size());
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i)).isEqualTo(new Result<>(i, 2 * i, null));
        }
    }

    @Test
    default void stream_noElements_isEmpty() {
        assertThat(taken(pool().stream(Collections.<Integer>emptyList(), i -> i)))
                .isEmpty();
    }

    @Test
    default void stream_nullsAsElementsAndResults_areKept() {
        List<Result<String>> results = taken(pool().stream(Arrays.asList("a", null, "b"), x -> x));

        assertThat(results)
                .containsExactly(new Result<>(0, "a", null), new Result<>(1, null, null), new Result<>(2, "b", null));
    }

    @Test
    default void stream_functionThrows_isTheResultOfThatElement() {
        List<Result<Integer>> results = taken(pool().stream(List.of(4, 2, 0, 1), x -> 8 / x));

        assertThat(values(results)).containsExactly(2, 4, null, 8);
        assertThat(results.get(2).error())
                .isInstanceOf(TaskFailedException.class)
                .message()
                .matches("element 2 \\(0\\) failed on worker [12]: java.lang.ArithmeticException: / by zero");
        assertThat(((TaskFailedException) results.get(2).error()).index()).isEqualTo(2);
    }

    @Test
    default void stream_elementCannotTravel_isTheResultOfThatElement() {
        List<Result<String>> results = taken(pool().stream(Arrays.<Object>asList(1, new Socket(), "a"), x -> "" + x));

        assertThat(values(results)).containsExactly("1", null, "a");
        assertThat(results.get(1).error())
                .isInstanceOf(NotPortableException.class)
                .message()
                .startsWith("element 1: a java.net.Socket");
    }

    @Test
    default void stream_elementIsTooLarge_isTheResultOfThatElement() {
        String large = "x".repeat(25 * 1024 * 1024);

        List<Result<Integer>> results = taken(pool().with(JobOptions.chunkSize(4)).stream(
                List.of("a", "bb", large, "dddd", "eeeee"), String::length));

        assertThat(values(results)).containsExactly(1, 2, null, 4, 5);
        assertThat(results.get(2).error())
                .isInstanceOf(PayloadTooLargeException.class)
                .message()
                .matches("element 2 must take at most 25165824 bytes on the wire, got 262\\d{5};"
                        + " send it in smaller parts or raise clusterpool.blob.max-size");
    }

    @Test
    default void stream_functionCannotTravel_isRefusedAtOnce() {
        Socket socket = new Socket();

        assertThrows(NotPortableException.class, () -> pool().stream(List.of(1), i -> socket.getPort()));
    }

    @Test
    default void stream_sourceThrows_comesAfterTheResultsBefore() {
        Source<Integer> source = new Source<>(i -> {
            if (i == 3) {
                throw new IllegalStateException("the file ends here");
            }
            return i;
        });
        Iterator<Result<Integer>> results =
                pool().<Integer, Integer>stream(source, i -> i + 1).iterator();

        List<Integer> before =
                IntStream.range(0, 3).mapToObj(i -> results.next().value()).toList();
        IllegalStateException error = assertThrows(IllegalStateException.class, results::next);

        assertThat(before).containsExactly(1, 2, 3);
        assertThat(error).hasMessage("the file ends here");
    }

    @Test
    default void stream_nobodyAsks_readsNothing() {
        Source<Integer> source = new Source<>(i -> i);

        Stream<Result<Integer>> results = pool().stream(source, i -> i);

        assertThat(source.read).hasValue(0);
        results.close();
    }

    @Test
    default void stream_firstResultTakesLong_readsAsFarAsTheWindow() {
        Gate gate = Gate.in(folder());
        Source<Integer> source = new Source<>(i -> i);
        CompletableFuture<List<Result<Integer>>> results =
                CompletableFuture.supplyAsync(() -> pool().<Integer, Integer>stream(source, i -> {
                            if (i == 0) {
                                gate.pass();
                            }
                            return i;
                        })
                        .limit(3)
                        .toList());

        Patience.await().until(() -> source.read.get() >= WINDOW);
        gate.open();

        List<Result<Integer>> first =
                results.orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS).join();
        assertThat(values(first)).containsExactly(0, 1, 2);
        assertThat(source.read.get()).isLessThan(2 * WINDOW);
    }

    @Test
    default void stream_consumerStandsStill_readsNoFurther() {
        Source<String> source = new Source<>(i -> "x".repeat(50 * 1024));
        try (Stream<Result<String>> echoes = pool().stream(source, x -> x)) {
            Iterator<Result<String>> results = echoes.iterator();

            for (int i = 0; i < 300; i++) {
                assertThat(results.next().value()).hasSize(50 * 1024);

                assertThat(source.read.get() - i).isLessThan(30); // 4 messages of 256 KiB, and what is being taken
            }
        }
    }

    @Test
    default void stream_slowElements_startAtOnceOnAllWorkers() {
        Gate both = Gate.in(folder());
        Gate first = Gate.in(folder());
        Source<Integer> source = new Source<>(i -> i);

        List<Result<Integer>> results = taken(pool().<Integer, Integer>stream(source, i -> {
                    if (i == 0) {
                        first.open();
                        both.pass();
                    } else if (i == 1) {
                        first.pass();
                        both.open();
                    }
                    return i;
                })
                .limit(2));

        assertThat(values(results)).containsExactly(0, 1);
    }

    @Test
    default void stream_chunkSize_isKept() {
        List<Result<Long>> results = taken(pool().with(JobOptions.chunkSize(7)).stream(
                IntStream.range(0, 70).boxed().toList(),
                i -> Thread.currentThread().getId() * 1000
                        + TaskContext.current().workerId()));

        for (int part = 0; part < 10; part++) {
            assertThat(values(results.subList(7 * part, 7 * part + 7)).stream().distinct())
                    .hasSize(1);
        }
    }

    @Test
    default void stream_exportMeanwhile_isSeenByWhatIsReadAfterwards() {
        pool().export("x", 1);
        Iterator<Result<Integer>> results =
                pool().with(JobOptions.chunkSize(1).maxConcurrency(1)).<Integer, Integer>stream(
                                new Source<>(i -> i), i -> Env.<Integer>get("x"))
                        .iterator();
        Integer before = results.next().value();

        pool().export("x", 2);
        results.next(); // was read before
        results.next();

        assertThat(before).isEqualTo(1);
        assertThat(results.next().value()).isEqualTo(2);
    }

    @Test
    default void stream_failFast_endsWithTheFirstFailure() {
        List<Result<Integer>> results = taken(pool().with(JobOptions.failFast(true)).<Integer, Integer>stream(
                new Source<>(i -> i), i -> 10 / (5 - i)));

        assertThat(values(results)).containsExactly(2, 2, 3, 5, 10, null);
    }

    @Test
    default void stream_timeout_isForTheWhole() {
        Gate never = Gate.in(folder());
        Stream<Result<Integer>> results =
                pool().with(JobOptions.timeout(Duration.ofSeconds(3)).chunkSize(1)).stream(List.of(1, 2, 3), i -> {
                    if (i == 3) {
                        never.pass();
                    }
                    return i;
                });

        TaskTimeoutException error = assertThrows(TaskTimeoutException.class, results::toList);

        assertThat(error)
                .hasMessage("the stream took longer than its timeout (PT3S): 2 results taken, 3 elements read");
        assertServes();
    }

    @Test
    default void stream_onProgress_isToldOfPartsWithoutATotal() {
        AtomicReference<Progress> last = new AtomicReference<>();

        taken(pool().with(JobOptions.onProgress(last::set)).stream(List.of(4, 2, 0), x -> 8 / x));

        Patience.await().until(() -> last.get().done() == 3);
        Progress end = last.get();
        assertThat(end).isEqualTo(new Progress(3, 1, 0, -1, end.elapsed()));
    }

    @Test
    default void close_streamUnderWay_cancelsWhatRuns() throws IOException {
        Gate started = Gate.in(folder());
        Gate never = Gate.in(folder());
        Ledger ledger = Ledger.in(folder());
        Stream<Result<Integer>> results = pool().<Integer, Integer>stream(new Source<>(i -> i), i -> {
            if (i == 1) {
                started.open();
                try {
                    never.pass();
                } catch (InterruptedException e) {
                    ledger.add(
                            "interrupted, cancelled: " + TaskContext.current().isCancelled());
                }
            }
            return i;
        });
        CompletableFuture<List<Result<Integer>>> waiting = CompletableFuture.supplyAsync(results::toList);
        started.expectOpen();

        results.close();

        Patience.await().until(waiting::isDone);
        assertThat(waiting.handle((all, error) -> error.getCause()).join()).isInstanceOf(CancellationException.class);
        Patience.await().until(() -> !ledger.lines().isEmpty());
        assertThat(ledger.lines()).containsExactly("interrupted, cancelled: true");
        assertServes();
    }

    @Test
    default void stream_interrupted_cancelsAndKeepsTheFlag() throws InterruptedException {
        Gate started = Gate.in(folder());
        Gate never = Gate.in(folder());
        AtomicReference<Object> seen = new AtomicReference<>();
        Thread consumer = new Thread(() -> {
            try {
                pool().<Integer, Integer>stream(List.of(1), i -> {
                            started.open();
                            never.pass();
                            return i;
                        })
                        .forEach(seen::set);
            } catch (CancellationException e) {
                seen.set(e.getMessage() + " " + Thread.currentThread().isInterrupted());
            }
        });
        consumer.start();
        started.expectOpen();

        consumer.interrupt();
        consumer.join(Patience.some().toMillis());

        assertThat(seen).hasValue("the thread was interrupted while it waited for a job; the job was cancelled true");
        assertServes();
    }

    @Test
    default void stream_poolDeletedMeanwhile_throwsThat() {
        Stream<Result<Integer>> results = pool().<Integer, Integer>stream(new Source<>(i -> i), i -> i)
                .peek(result -> {
                    if (result.index() == 1_000) {
                        value(pool().delete());
                    }
                });

        PoolException error = assertThrows(PoolException.class, results::toList);

        assertThat(error).isInstanceOfAny(PoolClosedException.class, PoolMissingException.class);
        value(pool().init(SIZE));
    }
}
