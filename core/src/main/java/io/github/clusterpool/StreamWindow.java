package io.github.clusterpool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What of a stream is under way: takes elements, keeps the workers busy with them in parts, and gives the results; never
 * holds more than bounded elements and bytes. It never waits: whoever feeds and empties it does, for its news.
 *
 * <p>For one thread at a time, but for {@link #close}, which any thread may call.
 */
final class StreamWindow<T, R> {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final PoolClient client;
    private final Codec codec;
    private final JobOptions.Chosen options;
    private final StreamOrder order;
    private final Runnable news;
    private final StreamWriter<T, R> open;
    private final StreamPace pace = new StreamPace();
    private final StreamTally tally;
    private final Queue<StreamPart<R>> parts = new ConcurrentLinkedQueue<>();
    private final Deque<StreamPart<R>> unsent = new ArrayDeque<>();
    private final Queue<StreamPart<R>> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private volatile boolean closed;

    private StreamBounds bounds;
    private boolean ended;
    private IntFunction<Result<R>> current = i -> {
        throw new IllegalStateException("no part is ready");
    };
    private int size; // of the current part
    private int given; // of them
    private long openSince;
    private int heldElements;
    private int done;
    private int read;
    private long began;
    private long againAt;
    private long pause = FIRST_PAUSE;

    /**
     * A window on an empty stream.
     *
     * @param function encoded
     * @param keeps whether the source leaves its elements as they are once it has given them
     * @param news run on any thread whenever there may be more results or room
     */
    StreamWindow(
            PoolClient client,
            Codec codec,
            byte[] function,
            JobOptions.Chosen options,
            StreamOrder order,
            boolean keeps,
            Runnable news) {
        this.client = client;
        this.codec = codec;
        this.options = options;
        this.order = order;
        this.news = news;
        this.open = new StreamWriter<>(codec, function, ofPart(options), keeps);
        this.bounds = StreamBounds.of(codec.config(), options, 1);
        this.tally = new StreamTally(client, options);
    }

    /** What holds for the stream as a whole is for this class. */
    private static JobOptions.Chosen ofPart(JobOptions.Chosen options) {
        return options.with(part -> {
            part.chunkSize = options.chunkSize() > 0 ? options.chunkSize() : Integer.MAX_VALUE;
            part.scheduling = Scheduling.ROUND_ROBIN;
            part.timeout = null;
            part.failFast = false;
            part.maxConcurrency = options.maxConcurrency() > 0 ? 1 : 0;
            part.onProgress = null;
            part.seed = options.inParts().seed();
            part.detached = false;
        });
    }

    /** The stream's time starts to run, if it does not yet. */
    void begin() {
        if (began == 0) {
            began = System.nanoTime();
            tally.begin();
        }
    }

    // ---- elements

    /** Whether another element may be added now. */
    boolean hasRoom() {
        if (ended || closed) {
            return false;
        }
        if (!open.isEmpty()) {
            return true; // there was room for the whole part
        }
        bounds = StreamBounds.of(codec.config(), options, client.status().size());
        boolean room = unsent.isEmpty()
                && refused.isEmpty()
                && underWay.get() < bounds.parts()
                && heldElements < bounds.elements()
                && heldBytes.get() < bounds.bytes();
        if (room || parts.isEmpty()) {
            int most = isPatient() ? Integer.MAX_VALUE : pace.elements(bounds.partBytes());
            open.begin(Math.min(bounds.partElements(), most), bounds.partBytes());
            openSince = System.nanoTime();
            return true;
        }
        return false;
    }

    /** Whether parts have a number of elements that the user chose, so that they wait until they are full. */
    boolean isPatient() {
        return options.chunkSize() > 0;
    }

    /** Adds an element, where there is room; sends a part if it is full with it, and then tells false. */
    boolean add(T x) {
        read++;
        if (open.add(x) || !open.isFull()) {
            return true;
        }
        flush();
        return false;
    }

    /** How many elements were added; after the largest {@code int} the smallest. */
    int read() {
        return read;
    }

    /** Whether elements wait for their part to be full. */
    boolean isOpen() {
        return !open.isEmpty();
    }

    /** Whether the part that is open has taken as long to read as one may. */
    boolean isLate() {
        return System.nanoTime() - openSince > StreamPace.PART_NANOS;
    }

    /** Whether a worker has nothing of this stream to do. */
    boolean hasIdleWorker() {
        return underWay.get() < bounds.workers();
    }

    /** Sends what was added, however little. */
    void flush() {
        if (!open.isEmpty()) {
            open.cut().forEach(this::hold);
            sendWaiting();
        }
    }

    private void hold(StreamPart<R> part) {
        heldElements += part.size();
        parts.add(part);
        if (!part.isDone()) {
            part.weigh(Math.max(part.bytes(), pace.resultBytes(part.size())));
            heldBytes.addAndGet(part.weight());
            unsent.add(part);
        }
    }

    /** There are no more elements. */
    void end() {
        if (!ended) {
            ended = true;
            flush();
        }
    }

    /** There are no more elements, because their source failed; that comes out after the results before it. */
    void fail(Throwable why) {
        if (!ended) {
            end();
            parts.add(open.broken(why));
        }
    }

    // ---- results

    /** Whether {@link #next} has one without looking at what the workers did. */
    boolean hasCurrent() {
        return given < size;
    }

    /** Whether a whole part is ready. */
    boolean isReady() {
        return ready() != null;
    }

    /** Whether {@link #next} would throw why there are no more results. */
    boolean isBroken() {
        StreamPart<R> head = parts.peek();
        return !hasCurrent() && head != null && head.failure() != null;
    }

    /** Whether all results were given and no more will come. */
    boolean isOver() {
        return ended && !hasCurrent() && parts.isEmpty();
    }

    /**
     * The next result; null if there is none yet, or {@link #isOver}.
     *
     * @throws TaskTimeoutException if the stream's time is over
     */
    @Nullable
    Result<R> next() {
        return hasCurrent() || advance() ? nextOfCurrent() : null;
    }

    private Result<R> nextOfCurrent() {
        Result<R> result = current.apply(given++);
        done++;
        if (!result.isSuccess()) {
            endIfFailFast();
        }
        return result;
    }

    /** Gives all results that {@link #next} has without looking at what the workers did. */
    void giveCurrent(Consumer<? super Result<R>> consumer) {
        while (hasCurrent()) {
            consumer.accept(nextOfCurrent());
        }
    }

    /** Does what is due after news, or after some time. */
    void act() {
        nanosToTimeout();
        sendAgain();
        sendWaiting();
    }

    /** To the next part that is ready; false if there is none. */
    private boolean advance() {
        if (closed) {
            throw new CancellationException(Messages.cancelled(client.pool()));
        }
        act();
        StreamPart<R> part = ready();
        if (part != null) {
            parts.remove(part);
            heldElements -= part.size();
            heldBytes.addAndGet(-part.weight());
            pause = FIRST_PAUSE;
            throwIfAny(part.failure());
            current = part.results();
            size = part.size();
            given = 0;
        }
        sendWaiting();
        return part != null;
    }

    /** A failure of the whole waits until it is first in any order, so that no result before it is lost. */
    private @Nullable StreamPart<R> ready() {
        StreamPart<R> head = parts.peek();
        if (head == null || head.isDone() || order == StreamOrder.OF_ELEMENTS) {
            return head != null && head.isDone() ? head : null;
        }
        for (StreamPart<R> part : parts) {
            if (part.isDone() && part.failure() == null) {
                return part;
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked") // to throw what the source threw as it is
    private static <E extends Throwable> void throwIfAny(@Nullable Throwable failure) throws E {
        if (failure != null) {
            throw (E) failure;
        }
    }

    /** The failure that has just been reached is the last result. */
    private void endIfFailFast() {
        if (options.failFast()) {
            given = size;
            ended = true;
            open.cut();
            parts.forEach(StreamPart::cancel);
            parts.clear();
            unsent.clear();
            refused.clear();
        }
    }

    // ---- time

    /** Nanoseconds until the pool shall be asked again for what it refused. */
    long nanosToRetry() {
        return refused.isEmpty() ? Long.MAX_VALUE : againAt - System.nanoTime();
    }

    /** Nanoseconds that the stream has left; fails if there are none. */
    long nanosToTimeout() {
        Duration timeout = options.timeout();
        long left = timeout == null ? Long.MAX_VALUE : began + timeout.toNanos() - System.nanoTime();
        if (timeout != null && left <= 0) {
            throw new TaskTimeoutException(Messages.streamTimedOut(timeout, done, read));
        }
        return left;
    }

    // ---- the pool

    private void sendWaiting() {
        while (refused.isEmpty() && !unsent.isEmpty() && underWay.get() < bounds.parts()) {
            send(unsent.remove());
        }
    }

    private void send(StreamPart<R> part) {
        Results<Object> results = part.results(codec, client.pool());
        underWay.incrementAndGet();
        tally.sent(part.size());
        part.send(client, results).whenComplete((all, error) -> {
            Progress progress = results.progress();
            tally.ended(part.size(), progress.done(), progress.failed());
            if (error instanceof PoolOverloadedException && mayWait(part)) {
                refused.add(part);
            } else {
                if (error == null || error instanceof JobFailedException) {
                    learn(part, results);
                }
                part.end(all, error);
            }
            underWay.decrementAndGet();
            news.run();
        });
        if (closed) {
            part.cancel();
        }
    }

    /** Whether the pool has room for it one day. */
    private boolean mayWait(StreamPart<R> part) {
        PoolConfig.Limits queue = codec.config().queue();
        return part.size() <= queue.count() && part.bytes() <= queue.bytes();
    }

    private void learn(StreamPart<R> part, Results<Object> results) {
        long bytes = results.bytes();
        pace.learn(part.size(), results.nanos(), bytes);
        heldBytes.addAndGet(bytes - part.weight());
        part.weigh(bytes);
    }

    /** Other clients fill the queue: what it refused is tried again, less and less often. */
    private void sendAgain() {
        long now = System.nanoTime();
        if (refused.isEmpty()) {
            againAt = now;
        } else if (now >= againAt) {
            againAt = now + pause;
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            for (StreamPart<R> part : List.copyOf(refused)) {
                refused.remove(part);
                send(part);
            }
        }
    }

    /** Cancels what is under way. */
    void close() {
        closed = true;
        parts.forEach(StreamPart::cancel);
        news.run();
    }
}
