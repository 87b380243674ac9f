package io.github.clusterpool;

import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Elements of a stream that go to the pool as one job, and what became of them. Thread-safe. */
final class StreamPart<R> {
    private final int first;
    private final int size;
    private volatile List<?> elements;
    private volatile @Nullable Work work;
    private volatile @Nullable Job<List<Object>> job;
    private volatile @Nullable Object @Nullable [] values;
    private volatile @Nullable List<Result<?>> outcomes;
    private volatile @Nullable Throwable failure;
    private volatile long weight;

    private StreamPart(int first, int size, List<?> elements) {
        this.first = first;
        this.size = size;
        this.elements = elements;
    }

    static <R> StreamPart<R> of(int first, List<?> elements, Work work) {
        StreamPart<R> part = new StreamPart<>(first, elements.size(), elements);
        part.work = work;
        return part;
    }

    /** An element that never gets to the pool. */
    static <R> StreamPart<R> refused(int first, PoolException why) {
        StreamPart<R> part = new StreamPart<>(first, 1, List.of());
        part.outcomes = List.of(new Result<>(first, null, why));
        return part;
    }

    /** The place where the source of the elements threw. */
    static <R> StreamPart<R> broken(int first, Throwable why) {
        StreamPart<R> part = new StreamPart<>(first, 0, List.of());
        part.failure = why;
        return part;
    }

    int size() {
        return size;
    }

    /** What the elements take on the wire; 0 once that is over. */
    long bytes() {
        Work waiting = work;
        return waiting == null ? 0 : waiting.arguments().byteSize();
    }

    /** Bytes that it counts for in the window. */
    long weight() {
        return weight;
    }

    void weigh(long bytes) {
        weight = bytes;
    }

    boolean isDone() {
        return values != null || outcomes != null || failure != null;
    }

    /** Why there are no results from here on; null if there are. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Sends it, perhaps not for the first time. */
    Job<List<Object>> send(PoolClient client, Results<Object> results) {
        Work sent = Objects.requireNonNull(work);
        Job<List<Object>> sending = client.submit(
                number -> new PoolSupervisor.Submit(number, sent, client.replies()), results, all -> all, null);
        job = sending;
        return sending;
    }

    Results<Object> results(Codec codec, String pool) {
        return Results.ofPart(codec, pool, elements, first);
    }

    /** The job has ended; what was needed to send it is not needed any more. */
    void end(@Nullable List<Object> all, @Nullable Throwable error) {
        work = null;
        job = null;
        elements = List.of();
        if (error == null) {
            values = Objects.requireNonNull(all).toArray();
        } else if (error instanceof JobFailedException some) {
            outcomes = some.outcomes();
        } else {
            failure = error;
        }
    }

    void cancel() {
        Job<List<Object>> sent = job;
        if (sent != null) {
            sent.cancel();
        }
    }

    /** The results of the elements, 0 being the first. */
    @SuppressWarnings("unchecked") // what the function returned is what the caller says it returns
    IntFunction<Result<R>> results() {
        List<Result<?>> some = outcomes;
        if (some != null) {
            return i ->
                    new Result<>(first + i, (R) some.get(i).value(), some.get(i).error());
        }
        Object[] all = Objects.requireNonNull(values);
        return i -> new Result<>(first + i, (R) all[i], null);
    }
}
