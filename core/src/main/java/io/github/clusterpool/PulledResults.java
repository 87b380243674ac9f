package io.github.clusterpool;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The results of a stream for a consumer who waits for them, in order; reads the source on the consumer's thread.
 *
 * <p>For one consumer at a time, but for {@link #close}, which any thread may call.
 */
final class PulledResults<T, R> implements Spliterator<Result<R>> {
    /** A look at the clock takes as long as an element of a source that is swift; so a few go without. */
    private static final int UNSEEN = 4;

    private static final int UNSEEN_OF_COLLECTION = 64;

    private static final long SWIFT = StreamPace.PART_NANOS / 16;

    private final Iterator<T> xs;
    private final int unseen;
    private final Semaphore news = new Semaphore(0);
    private final StreamWindow<T, R> window;

    PulledResults(Iterator<T> xs, boolean swift, StreamedFunction<T, R> function) {
        this.xs = xs;
        this.unseen = swift ? UNSEEN_OF_COLLECTION : UNSEEN;
        this.window = function.window(StreamOrder.OF_ELEMENTS, false, news::release);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Result<R>> action) {
        Check.given(action, "action");
        Result<R> result = window.hasCurrent() ? window.next() : awaitNext();
        if (result != null) {
            action.accept(result);
        }
        return result != null;
    }

    @Override
    public void forEachRemaining(Consumer<? super Result<R>> action) {
        while (tryAdvance(action)) {
            window.giveCurrent(action);
        }
    }

    /** Null at the end. */
    private @Nullable Result<R> awaitNext() {
        try {
            window.begin();
            while (true) {
                readAhead();
                Result<R> result = window.next();
                if (result != null || window.isOver()) {
                    return result;
                }
                awaitNews();
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private void awaitNews() {
        try {
            if (news.tryAcquire(Math.min(window.nanosToTimeout(), window.nanosToRetry()), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException(Messages.interrupted());
        }
    }

    /** Reads until there is no room, or, so that the room does not shrink, one part if the consumer need not wait. */
    private void readAhead() {
        do {
            if (!window.hasRoom()) {
                return;
            }
            readPart();
        } while (!window.isReady());
    }

    /** One part, or what the source gives in a part's time. */
    private void readPart() {
        try {
            long began = System.nanoTime();
            long looked = began;
            int look = 1;
            int read = 0;
            while (xs.hasNext()) {
                if (!window.add(xs.next())) {
                    return;
                }
                if (++read == look && !window.isPatient()) {
                    long now = System.nanoTime();
                    if (now - began > StreamPace.PART_NANOS) {
                        window.flush();
                        return;
                    }
                    look += now - looked < SWIFT ? unseen : 1;
                    looked = now;
                }
            }
            window.end();
        } catch (Throwable e) { // somebody else's code did; the results before it come first
            window.fail(e);
        }
    }

    /** Cancels what is under way. */
    void close() {
        window.close();
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
