package io.github.clusterpool.bench;

import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.Result;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** Streams of integers beside {@code lapply} of the same, and the heap that one without end needs. */
final class StreamRates {
    /** Until the JVM has compiled what the rounds run. */
    private static final int WARM_UP = 60;

    private static final int HEAP_SAMPLES = 10;

    private final Table table;
    private final int elements;
    private final int rounds;

    StreamRates(Table table, int elements, int rounds) {
        this.table = table;
        this.elements = elements;
        this.rounds = rounds;
    }

    void run() {
        measure("4 workers in-process", PoolConfig.inProcess(4));
        measure("2 worker JVMs", PoolConfig.processes(2));
    }

    private void measure(String what, PoolConfig config) {
        List<Integer> xs = IntStream.range(0, elements).boxed().toList();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench");
        try (Pool pool = Pool.open(config)) {
            Flow<Integer, Integer, NotUsed> flow = pool.flow(i -> i + 42);
            Flow<Integer, Integer, NotUsed> unordered = pool.flowUnordered(i -> i + 42);
            Flow<Integer, Integer, NotUsed> here = Flow.fromFunction(i -> i + 42);
            Supplier<?>[] tasks = {
                () -> pool.lapply(xs, i -> i + 42).join(),
                () -> pool.stream(xs, i -> i + 42).filter(Result::isSuccess).count(),
                () -> last(pool.lapply(xs, i -> i + 42).results()),
                () -> last(Source.from(xs).via(flow).runWith(Sink.ignore(), system)),
                () -> last(Source.from(xs).via(unordered).runWith(Sink.ignore(), system)),
                () -> last(Source.from(xs).via(here).runWith(Sink.ignore(), system))
            };
            Sample.inTurn(WARM_UP, tasks);
            Sample[] samples = Sample.inTurn(rounds, tasks);
            String baseline = "lapply of " + elements + " integers, " + what;
            table.add(baseline, Bench.rate(samples[0], elements), "", samples[0]);
            String[] kinds = {"stream", "results()", "flow", "flowUnordered", "a flow of Pekko alone, beside"};
            for (int i = 0; i < kinds.length; i++) {
                Sample sample = samples[i + 1];
                String ratio = Bench.against(samples[0], sample, "lapply");
                table.add(kinds[i] + ", " + what, Bench.rate(sample, elements), ratio, sample);
            }
        } finally {
            system.terminate();
        }
    }

    /** What the driver's heap holds while a stream goes on and on. */
    void endless() {
        double least = Double.MAX_VALUE;
        double most = 0;
        Iterator<Integer> numbers = IntStream.iterate(0, i -> i + 1).iterator();
        try (Pool pool = Pool.open(PoolConfig.processes(2));
                Stream<Result<Integer>> results = pool.stream(numbers, i -> i + 42)) {
            Iterator<Result<Integer>> iterator = results.iterator();
            for (int i = 0; i <= HEAP_SAMPLES; i++) {
                for (int j = 0; j < elements / 2; j++) {
                    iterator.next();
                }
                double used = Memory.heap();
                least = i == 0 ? least : Math.min(least, used);
                most = i == 0 ? most : Math.max(most, used);
            }
        }
        String heap = String.format(Locale.ROOT, "%.1f to %.1f MiB", least, most);
        String bound = String.format(Locale.ROOT, "±%.1f MiB (at most 16)", (most - least) / 2);
        table.add("heap of the driver, " + HEAP_SAMPLES + " times in an endless stream", heap, bound, null);
    }

    private static Object last(java.util.concurrent.Flow.Publisher<?> results) {
        CompletableFuture<Object> end = new CompletableFuture<>();
        results.subscribe(new java.util.concurrent.Flow.Subscriber<Object>() {
            private Object last = "none";

            @Override
            public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object result) {
                last = result;
            }

            @Override
            public void onError(Throwable why) {
                end.completeExceptionally(why);
            }

            @Override
            public void onComplete() {
                end.complete(last);
            }
        });
        return last(end);
    }

    private static Object last(CompletionStage<?> end) {
        return end.toCompletableFuture().join();
    }
}
