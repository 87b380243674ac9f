package io.github.clusterpool;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Spliterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The results of a stream, in order: keeps the workers busy ahead of whoever asks for them, but never holds more than a
 * window of elements and results, which begins with the next result.
 *
 * <p>For one consumer at a time, but for {@link #close}, which any thread may call.
 */
final class PulledResults<T, R> implements Spliterator<Result<R>> {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final PoolClient client;
    private final Codec codec;
    private final JobOptions.Chosen options;
    private final StreamReader<T, R> reader;
    private final StreamPace pace = new StreamPace();
    private final Queue<StreamPart<R>> window = new ConcurrentLinkedQueue<>();
    private final Queue<StreamPart<R>> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private final Semaphore news = new Semaphore(0);
    private volatile boolean closed;

    private @Nullable StreamPart<R> current;
    private int given;
    private int heldElements;
    private int done;
    private int read;
    private long began;
    private long againAt;
    private long pause = FIRST_PAUSE;

    PulledResults(PoolClient client, Codec codec, Iterator<T> xs, Fn<T, R> fn, JobOptions.Chosen options) {
        this.client = client;
        this.codec = codec;
        this.options = options;
        this.reader = new StreamReader<>(codec, xs, fn, ofPart(options));
    }

    /** What holds for the stream as a whole is for this class. */
    private static JobOptions.Chosen ofPart(JobOptions.Chosen options) {
        return new JobOptions.Chosen(
                options.chunkSize() > 0 ? options.chunkSize() : Integer.MAX_VALUE,
                Scheduling.ROUND_ROBIN,
                options.retries(),
                options.retryOn(),
                null,
                options.taskTimeout(),
                false,
                options.maxConcurrency() > 0 ? 1 : 0,
                null,
                options.inParts().seed());
    }

    // ---- the consumer

    @Override
    public boolean tryAdvance(Consumer<? super Result<R>> action) {
        Check.given(action, "action");
        StreamPart<R> part = current;
        if (part == null || given == part.size()) {
            part = advance();
            if (part == null) {
                return false;
            }
        }
        Result<R> result = part.result(given++);
        done++;
        if (!result.isSuccess()) {
            endIfFailFast(part);
        }
        action.accept(result);
        return true;
    }

    /** The next part that has results; null at the end. */
    private @Nullable StreamPart<R> advance() {
        try {
            current = null;
            began = began == 0 ? System.nanoTime() : began;
            StreamPart<R> head = awaitHead();
            given = 0;
            if (head != null) {
                window.remove();
                heldElements -= head.size();
                heldBytes.addAndGet(-head.weight());
                pause = FIRST_PAUSE;
                throwIfAny(head.failure());
                current = head;
            }
            return head;
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private @Nullable StreamPart<R> awaitHead() {
        while (true) {
            if (closed) {
                throw new CancellationException(Messages.cancelled(client.pool()));
            }
            timeLeft();
            sendAgain();
            readAhead();
            StreamPart<R> head = window.peek();
            if (head == null || head.isDone()) {
                return head;
            }
            awaitNews(timeLeft());
        }
    }

    /** Nanoseconds; fails if there are none. */
    private long timeLeft() {
        Duration timeout = options.timeout();
        long left = timeout == null ? Long.MAX_VALUE : began + timeout.toNanos() - System.nanoTime();
        if (timeout != null && left <= 0) {
            throw new TaskTimeoutException(Messages.streamTimedOut(timeout, done, read));
        }
        return left;
    }

    private void awaitNews(long atMost) {
        long untilAgain = refused.isEmpty() ? Long.MAX_VALUE : againAt - System.nanoTime();
        try {
            if (news.tryAcquire(Math.min(atMost, untilAgain), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException(Messages.interrupted());
        }
    }

    @SuppressWarnings("unchecked") // to throw what the source threw as it is
    private static <E extends Throwable> void throwIfAny(@Nullable Throwable failure) throws E {
        if (failure != null) {
            throw (E) failure;
        }
    }

    /** The failure that has just been reached is the last result. */
    private void endIfFailFast(StreamPart<R> part) {
        if (options.failFast()) {
            given = part.size();
            reader.end();
            window.forEach(StreamPart::cancel);
            window.clear();
            refused.clear();
        }
    }

    // ---- the pool

    /** Reads until there is no room, or, so that the room does not shrink, one part if the consumer need not wait. */
    private void readAhead() {
        StreamPart<R> head;
        do {
            StreamBounds bounds =
                    StreamBounds.of(codec.config(), options, client.status().size());
            StreamPart<R> part = hasRoom(bounds) ? read(bounds) : null;
            if (part == null) {
                return;
            }
            heldElements += part.size();
            read += part.size();
            window.add(part);
            if (!part.isDone()) {
                part.weigh(Math.max(part.bytes(), pace.resultBytes(part.size())));
                heldBytes.addAndGet(part.weight());
                send(part);
            }
            head = window.peek();
        } while (head != null && !head.isDone());
    }

    private boolean hasRoom(StreamBounds bounds) {
        boolean room = refused.isEmpty()
                && underWay.get() < bounds.parts()
                && heldElements < bounds.elements()
                && heldBytes.get() < bounds.bytes();
        return !reader.isEnded() && (room || window.isEmpty());
    }

    private @Nullable StreamPart<R> read(StreamBounds bounds) {
        boolean patient = options.chunkSize() > 0;
        int most = Math.min(bounds.partElements(), pace.elements(bounds.partBytes()));
        return reader.read(patient ? bounds.partElements() : most, patient, bounds.partBytes());
    }

    private void send(StreamPart<R> part) {
        Results<Object> results = part.results(codec, client.pool());
        underWay.incrementAndGet();
        part.send(client, results).whenComplete((all, error) -> {
            if (error instanceof PoolOverloadedException && mayWait(part)) {
                refused.add(part);
            } else {
                if (error == null || error instanceof JobFailedException) {
                    learn(part, results);
                }
                part.end(all, error);
            }
            underWay.decrementAndGet();
            news.release();
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
        window.forEach(StreamPart::cancel);
        news.release();
    }

    // ---- what a stream may know

    @Override
    public @Nullable Spliterator<Result<R>> trySplit() {
        return null;
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE;
    }

    @Override
    public int characteristics() {
        return ORDERED | NONNULL;
    }
}
