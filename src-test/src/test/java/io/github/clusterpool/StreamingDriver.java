package io.github.clusterpool;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A driver in a JVM of its own, with little memory: streams integers through a pool, checks every result, and measures
 * how its heap grows from the first quarter of them on.
 */
public final class StreamingDriver {
    private final int size;
    private long sum;
    private int count;
    private long early;
    private long late;

    private StreamingDriver(int size) {
        this.size = size;
    }

    /** The arguments: where the workers live, which kind of stream, how many elements, and the file to write to. */
    public static void main(String[] args) throws Exception {
        StreamingDriver driver = new StreamingDriver(Integer.parseInt(args[2]));
        try (Pool pool = Pool.open(LivePool.config("name = streaming, placement = " + args[0]))) {
            switch (args[1]) {
                case "iterator" -> driver.iterator(pool);
                case "publisher" -> driver.publisher(pool);
                default -> driver.flow(pool);
            }
        }
        Ledger ledger = new Ledger(args[3]);
        ledger.add(driver.count + " results, sum " + driver.sum);
        ledger.add("the heap grew by " + Math.max(0, driver.late - driver.early) + " bytes");
    }

    private void iterator(Pool pool) {
        try (Stream<Result<Integer>> results =
                pool.stream(IntStream.range(0, size).iterator(), i -> i + 1)) {
            for (Iterator<Result<Integer>> all = results.iterator(); all.hasNext(); ) {
                take(all.next());
            }
        }
    }

    private void publisher(Pool pool) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        pool.stream(new CountedPublisher<>(size, i -> (int) i), i -> i + 1).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Result<Integer> result) {
                take(result);
            }

            @Override
            public void onError(Throwable why) {
                end.completeExceptionally(why);
            }

            @Override
            public void onComplete() {
                end.complete(null);
            }
        });
        end.join();
    }

    private void flow(Pool pool) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "streams");
        Source.range(0, size - 1)
                .via(pool.<Integer, Integer>flow(i -> i + 1))
                .runWith(Sink.foreach(value -> take(new Result<>(count, value, null))), system)
                .toCompletableFuture()
                .join();
        system.terminate();
    }

    private void take(Result<Integer> result) {
        if (result.index() != count || result.value() != count + 1) {
            throw new IllegalStateException("result " + count + " must be " + (count + 1) + ", got " + result);
        }
        sum += result.value();
        count++;
        if (count == size / 4) {
            early = heap();
        } else if (count == size) {
            late = heap();
        }
    }

    /** What is left after a collection. */
    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
