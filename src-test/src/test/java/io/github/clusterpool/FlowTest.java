package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Supervision;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code pool.flow}, {@code pool.flowUnordered} and streams from publisher to publisher. */
interface FlowTest extends PoolCase {
    /** The ActorSystem of the streams, which is not the pool's. */
    final class Streams {
        private static ActorSystem<Void> system;
    }

    @BeforeAll
    static void openStreams() {
        Streams.system = ActorSystem.create(Behaviors.empty(), "streams");
    }

    @AfterAll
    static void closeStreams() {
        Streams.system.terminate();
    }

    private static <R> List<R> all(Source<R, ?> source) {
        return end(source.runWith(Sink.seq(), Streams.system));
    }

    private static <R> R end(CompletionStage<R> end) {
        return end.toCompletableFuture()
                .orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    // ---- flow

    @Test
    default void flow_manyElements_givesResultsInOrder() {
        List<Integer> results = all(Source.range(0, 99_999).via(pool().<Integer, Integer>flow(i -> 2 * i)));

        assertThat(results)
                .isEqualTo(IntStream.range(0, 100_000).map(i -> 2 * i).boxed().toList());
    }

    @Test
    default void flow_noElements_isEmpty() {
        assertThat(all(Source.<Integer>empty().via(pool().<Integer, Integer>flow(i -> i))))
                .isEmpty();
    }

    @Test
    default void flow_functionCannotTravel_isRefusedAtOnce() {
        Socket socket = new Socket();

        assertThrows(NotPortableException.class, () -> pool().<Integer, Integer>flow(i -> socket.getPort()));
    }

    @Test
    default void flow_elementFails_failsTheStream() {
        Source<Integer, ?> results = Source.from(List.of(4, 2, 0, 1)).via(pool().<Integer, Integer>flow(x -> 8 / x));

        CompletionException error = assertThrows(CompletionException.class, () -> all(results));

        assertThat(error.getCause())
                .isInstanceOf(TaskFailedException.class)
                .message()
                .matches("element 2 \\(0\\) failed on worker [12]: java.lang.ArithmeticException: / by zero");
    }

    @Test
    default void flow_resuming_dropsTheElementThatFails() {
        List<Integer> results = all(Source.from(List.of(4, 2, 0, 1))
                .via(pool().<Integer, Integer>flow(x -> 8 / x)
                        .withAttributes(ActorAttributes.withSupervisionStrategy(Supervision.getResumingDecider()))));

        assertThat(results).containsExactly(2, 4, 8);
    }

    @Test
    default void flow_null_failsTheStreamAndSaysSo() {
        Source<Integer, ?> results = Source.single(1).via(pool().<Integer, Integer>flow(x -> null));

        CompletionException error = assertThrows(CompletionException.class, () -> all(results));

        assertThat(error.getCause())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("what a flow's function returns must not be null, got null for element 0;"
                        + " return an Optional, or use stream");
    }

    @Test
    default void flow_sourceFails_comesAfterTheResultsBefore() {
        Source<Integer, ?> source = Source.range(0, 9).map(i -> {
            if (i == 3) {
                throw new IllegalStateException("the file ends here");
            }
            return i;
        });

        List<Integer> results =
                all(source.via(pool().<Integer, Integer>flow(i -> i)).recover(IllegalStateException.class, () -> -1));

        assertThat(results).containsExactly(0, 1, 2, -1);
    }

    @Test
    default void flow_nobodyTakes_readsNoFurtherThanTheWindow() {
        AtomicInteger read = new AtomicInteger();
        Gate never = Gate.in(folder());
        var queue = Source.fromIterator(
                        () -> Stream.generate(read::incrementAndGet).iterator())
                .via(pool().<Integer, Integer>flow(i -> {
                    if (i == 1) {
                        never.pass();
                    }
                    return i;
                }))
                .runWith(Sink.queue(), Streams.system);

        queue.pull();
        Patience.await().until(() -> read.get() >= StreamTest.WINDOW);
        Patience.await().during(Duration.ofMillis(300)).until(() -> read.get() < 2 * StreamTest.WINDOW);

        queue.cancel();
        assertServes();
    }

    @Test
    default void flow_largeElements_areBoundInBytes() {
        AtomicInteger read = new AtomicInteger();
        var queue = Source.fromIterator(() -> Stream.generate(() -> {
                            read.incrementAndGet();
                            return "x".repeat(50 * 1024);
                        })
                        .iterator())
                .via(pool().<String, String>flow(x -> x))
                .runWith(Sink.queue(), Streams.system);

        for (int i = 0; i < 100; i++) {
            assertThat(end(queue.pull())).isPresent();

            assertThat(read.get() - i).isLessThan(60); // 4 messages of 256 KiB, and what the sink asks for ahead
        }
        queue.cancel();
    }

    @Test
    default void flow_sourceIsSlow_eachElementGoesAtOnce() {
        var queue = Source.<Integer>queue(10).via(pool().<Integer, Integer>flow(i -> i + 1));
        var ends = queue.toMat(Sink.queue(), org.apache.pekko.stream.javadsl.Keep.both())
                .run(Streams.system);

        for (int i = 0; i < 20; i++) {
            ends.first().offer(i);

            assertThat(end(ends.second().pull())).contains(i + 1);
        }
        ends.first().complete();
    }

    @Test
    default void flow_cancelled_cancelsWhatRuns() throws IOException {
        Gate started = Gate.in(folder());
        Gate never = Gate.in(folder());
        Ledger ledger = Ledger.in(folder());
        var queue = Source.repeat(1)
                .via(pool().with(JobOptions.chunkSize(1)).<Integer, Integer>flow(i -> {
                    started.open();
                    try {
                        never.pass();
                    } catch (InterruptedException e) {
                        ledger.add("interrupted");
                    }
                    return i;
                }))
                .runWith(Sink.queue(), Streams.system);
        queue.pull();
        started.expectOpen();

        queue.cancel();

        Patience.await().until(() -> ledger.lines().contains("interrupted"));
        assertServes();
    }

    @Test
    default void flow_timeout_failsTheStream() {
        Gate never = Gate.in(folder());
        var flow = pool().with(JobOptions.timeout(Duration.ofSeconds(2)).chunkSize(1))
                .<Integer, Integer>flow(i -> {
                    if (i == 3) {
                        never.pass();
                    }
                    return i;
                });

        CompletionException error = assertThrows(
                CompletionException.class, () -> all(Source.range(1, 3).via(flow)));

        assertThat(error.getCause())
                .isInstanceOf(TaskTimeoutException.class)
                .hasMessage("the stream took longer than its timeout (PT2S): 2 results taken, 3 elements read");
        assertServes();
    }

    @Test
    default void flow_chunkSize_isKept() {
        List<Long> threads = all(Source.range(0, 69)
                .via(pool().with(JobOptions.chunkSize(7))
                        .<Integer, Long>flow(i -> Thread.currentThread().getId() * 1000
                                + TaskContext.current().workerId())));

        for (int part = 0; part < 10; part++) {
            assertThat(Set.copyOf(threads.subList(7 * part, 7 * part + 7))).hasSize(1);
        }
    }

    @Test
    default void flow_poolDeleted_failsTheStream() {
        Source<Integer, ?> results = Source.fromIterator(
                        () -> IntStream.iterate(0, i -> i + 1).iterator())
                .via(pool().<Integer, Integer>flow(i -> i))
                .map(i -> {
                    if (i == 1_000) {
                        value(pool().delete());
                    }
                    return i;
                });

        CompletionException error =
                assertThrows(CompletionException.class, () -> end(results.runWith(Sink.ignore(), Streams.system)));

        assertThat(error.getCause()).isInstanceOfAny(PoolClosedException.class, PoolMissingException.class);
        value(pool().init(SIZE));
    }

    // ---- flowUnordered

    @Test
    default void flowUnordered_firstElementTakesLong_othersComeBefore() {
        Gate gate = Gate.in(folder());
        var queue = Source.range(0, 20)
                .via(pool().with(JobOptions.chunkSize(1)).<Integer, Integer>flowUnordered(i -> {
                    if (i == 0) {
                        gate.pass();
                    }
                    return i;
                }))
                .runWith(Sink.queue(), Streams.system);

        for (int i = 0; i < 20; i++) {
            assertThat(end(queue.pull()).orElseThrow()).isPositive();
        }
        gate.open();

        assertThat(end(queue.pull())).contains(0);
        assertThat(end(queue.pull())).isEmpty();
    }

    @Test
    default void flowUnordered_manyElements_givesEachOnce() {
        List<Integer> results = all(Source.range(0, 49_999).via(pool().<Integer, Integer>flowUnordered(i -> i)));

        assertThat(results).hasSize(50_000);
        assertThat(Set.copyOf(results)).hasSize(50_000);
    }

    // ---- publisher to publisher

    @Test
    default void stream_publisher_givesEachResultInItsPlace() {
        var xs = new CountedPublisher<>(20_000, i -> i);

        List<Result<Long>> results = Probe.all(pool().stream(xs, i -> i * 2));

        assertThat(results).hasSize(20_000);
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i)).isEqualTo(new Result<>(i, 2L * i, null));
        }
    }

    @Test
    default void stream_publisherElementFails_isTheResultOfThatElement() {
        List<Result<Long>> results = Probe.all(pool().stream(new CountedPublisher<>(4, i -> i), i -> 6 / (i - 2)));

        assertThat(results).extracting(Result::value).containsExactly(-3L, -6L, null, 6L);
        assertThat(results.get(2).error()).isInstanceOf(TaskFailedException.class);
    }

    @Test
    default void stream_publisherSomeCannotTravel_areTheResultsOfThoseElements() {
        Set<Long> bad = Set.of(0L, 25L, 26L, 38L, 39L, 64L);
        var xs = new CountedPublisher<Object>(65, i -> bad.contains(i) ? new Socket() : i);

        List<Result<Integer>> results = Probe.all(pool().with(JobOptions.chunkSize(20)).stream(
                xs, x -> TaskContext.current().index()));

        assertThat(results)
                .extracting(Result::index)
                .containsExactlyElementsOf(IntStream.range(0, 65).boxed().toList());
        for (Result<Integer> result : results) {
            if (bad.contains((long) result.index())) {
                assertThat(result.error()).hasMessageStartingWith("element " + result.index() + ": a java.net.Socket");
            } else {
                assertThat(result.value()).isEqualTo(result.index());
            }
        }
    }

    @Test
    default void stream_publisherSmallThenLarge_areBoundInBytes() {
        var xs = new CountedPublisher<>(i -> i < 2_000 ? "x" : "x".repeat(100 * 1024));
        Probe<Result<String>> probe = Probe.of(pool().stream(xs, x -> x));

        probe.request(2_000);
        Patience.await().until(() -> probe.items.size() == 2_000);
        for (int i = 2_001; i <= 2_020; i++) {
            int taken = i;
            probe.request(1);
            Patience.await().until(() -> probe.items.size() == taken);
        }

        assertThat(xs.asked.get()).isLessThan(2_020 + 40 + 32 + 32); // in the window, to be encoded, in two buffers
        probe.cancel();
    }

    @Test
    default void stream_publisherNobodyAsks_isAskedForABoundedNumber() {
        var xs = new CountedPublisher<>(i -> "x".repeat(50 * 1024));
        Probe<Result<String>> probe = Probe.of(pool().stream(xs, x -> x));

        for (int i = 1; i <= 50; i++) {
            int taken = i;
            probe.request(1);
            Patience.await().until(() -> probe.items.size() == taken);

            assertThat(xs.asked.get() - i).isLessThan(80); // 4 messages of 256 KiB, and two buffers of 16
        }
        probe.cancel();
        Patience.await().untilTrue(xs.cancelled);
    }

    @Test
    default void stream_publisherSubscribedTwice_isReadTwice() {
        var stream = pool().stream(new CountedPublisher<>(3, i -> i), i -> i + 1);

        assertThat(Probe.all(stream)).isEqualTo(Probe.all(stream)).hasSize(3);
    }

    // ---- collector

    @Test
    default void mapping_jdkStream_isAJob() {
        Job<List<Integer>> job =
                Stream.of("a", "", "ccc").filter(x -> !x.isEmpty()).collect(pool().mapping(String::length));

        assertThat(value(job)).containsExactly(1, 3);
    }
}
