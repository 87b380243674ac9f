package io.github.clusterpool.state;

import java.util.LinkedHashSet;
import java.util.Set;

/** A chunk that is at a worker. */
final class Flight {
    final long run;
    final TaskJob job;
    final WorkerSlot slot;
    final Chunk chunk;
    final long expectedNanos;
    /** Dealt to a worker that waits, in the run before it, for a job of its own; begins at once. */
    final boolean lent;

    /** The jobs that its tasks have given to the pool and that have not ended. */
    final Set<TaskJob> children = new LinkedHashSet<>();

    int answered;

    /** Elements at its end that its worker was asked for and does not begin. */
    int givenBack;

    boolean cancelled;

    /** Its worker was asked to give it back, or half of what is left of it if it has begun. */
    boolean recalled;

    Flight(long run, TaskJob job, WorkerSlot slot, Chunk chunk, long expectedNanos, boolean lent) {
        this.run = run;
        this.job = job;
        this.slot = slot;
        this.chunk = chunk;
        this.expectedNanos = expectedNanos;
        this.lent = lent;
    }

    int next() {
        return chunk.first() + answered;
    }

    int open() {
        return count() - answered;
    }

    int count() {
        return chunk.count() - givenBack;
    }

    int end() {
        return chunk.end() - givenBack;
    }

    /** Whether another worker may run some of it: no matter of placement, of a size that was asked for, or of suspicion. */
    boolean maySplit() {
        return job.mayCut() && chunk.count() > 1 && !chunk.isSuspect();
    }
}
