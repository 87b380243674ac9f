package io.github.clusterpool;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Lets who waits for one swift job after another look for its end again and again before it parks: to be woken takes a
 * third of what a round trip to a worker does. Only if the last one's end came as soon as that, so that nobody spins for
 * jobs that take long, and only on half of the processors, while the other half are enough for those who bring the end about.
 */
final class Spinning {
    /** Two round trips. */
    private static final long MOST_NANOS = 200_000;

    private static final int HALF = Runtime.getRuntime().availableProcessors() / 2;

    private static final Semaphore PROCESSORS = new Semaphore(HALF);

    private final LongSupplier clock;
    private volatile boolean lastWasSwift;

    Spinning() {
        this(System::nanoTime);
    }

    /** By a {@code clock} of nanoseconds. */
    Spinning(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether each of so many workers can have a processor meanwhile. */
    static boolean leavesRoomFor(int workers) {
        return workers <= HALF;
    }

    /** Returns when {@code end} has come, or it is time to park. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: who spins only lets others pass
    void await(BooleanSupplier end) {
        if (lastWasSwift && PROCESSORS.tryAcquire()) {
            try {
                long start = clock.getAsLong();
                while (!end.getAsBoolean() && clock.getAsLong() - start < MOST_NANOS) {
                    Thread.yield();
                }
            } finally {
                PROCESSORS.release();
            }
        }
    }

    /** So long somebody has waited, in one way or the other. */
    void learn(long nanos) {
        boolean swift = nanos < MOST_NANOS;
        if (lastWasSwift != swift) {
            lastWasSwift = swift;
        }
    }
}
