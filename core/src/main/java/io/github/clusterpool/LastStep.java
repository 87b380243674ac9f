package io.github.clusterpool;

import io.github.clusterpool.net.Endpoint;
import java.util.concurrent.ForkJoinPool;
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
     */
    void await(BooleanSupplier over, @Nullable Spinning spinning) throws InterruptedException {
        if (over.getAsBoolean() || !waiting.compareAndSet(null, Thread.currentThread())) {
            return;
        }
        BooleanSupplier end = () -> due || over.getAsBoolean();
        try {
            if (spinning == null) {
                park(end);
            } else {
                long start = System.nanoTime();
                spinning.await(end);
                park(end);
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

    /** On a thread of a fork-join pool, that may begin another one meanwhile, by which perhaps the end comes. */
    private void park(BooleanSupplier end) throws InterruptedException {
        parks = true;
        ForkJoinPool.managedBlock(new ForkJoinPool.ManagedBlocker() {
            @Override
            public boolean block() throws InterruptedException {
                LockSupport.park(LastStep.this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                return isReleasable();
            }

            @Override
            public boolean isReleasable() {
                return end.getAsBoolean();
            }
        });
    }

    /** Takes the step, if nobody has. */
    void take() {
        if (taken.compareAndSet(false, true)) {
            step.run();
        }
    }
}
