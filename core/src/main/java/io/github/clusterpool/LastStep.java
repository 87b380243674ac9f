package io.github.clusterpool;

import io.github.clusterpool.net.Endpoint;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What is left to do at a job's end: whoever waits for the job does it, as to be woken by somebody else takes longer. */
final class LastStep {
    private final Runnable step;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();
    private volatile boolean due;
    private volatile boolean parks;

    LastStep(Runnable step) {
        this.step = step;
    }

    /**
     * Now is the time.
     *
     * @return false if nobody waits who will do it
     */
    boolean callWaiting() {
        due = true;
        return wake();
    }

    /** Lets the one who waits see whether it still has to. */
    boolean wake() {
        Thread thread = waiting.get();
        if (thread != null && parks) { // one that does not will look before it parks
            Endpoint.wake(thread);
        }
        return thread != null;
    }

    /**
     * Waits for the time, and takes the step; returns at once if somebody else waits for it, or it is {@code over}.
     *
     * @param spinning null if it is not worth it
     * @param mostNanos for which to wait
     */
    void await(BooleanSupplier over, @Nullable Spinning spinning, long mostNanos) throws InterruptedException {
        if (over.getAsBoolean() || !waiting.compareAndSet(null, Thread.currentThread())) {
            return;
        }
        BooleanSupplier end = () -> due || over.getAsBoolean();
        try {
            long start = System.nanoTime();
            if (spinning == null) {
                park(end, start, mostNanos);
            } else {
                spinning.await(end);
                park(end, start, mostNanos);
                spinning.learn(System.nanoTime() - start);
            }
        } finally {
            parks = false;
            waiting.set(null);
            if (due) { // also when it became so a moment ago: who called has gone
                take();
            }
        }
    }

    private void park(BooleanSupplier end, long start, long mostNanos) throws InterruptedException {
        parks = true;
        for (long left = mostNanos; !end.getAsBoolean() && left > 0; left = mostNanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Takes the step, if nobody has. */
    void take() {
        if (taken.compareAndSet(false, true)) {
            step.run();
        }
    }
}
