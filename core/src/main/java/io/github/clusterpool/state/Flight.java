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

    /** Its worker was asked to give it back, or half of what is left of it if it has begun. */
    boolean recalled;

    private Set<TaskJob> children = Set.of();
    private int answered;
    private int givenBack;
    private boolean cancelled;

    /** Whether its slot has it, and what that has counted it as. */
    private boolean there;

    private int countsAsRunning;

    Flight(long run, TaskJob job, WorkerSlot slot, Chunk chunk, long expectedNanos, boolean lent) {
        this.run = run;
        this.job = job;
        this.slot = slot;
        this.chunk = chunk;
        this.expectedNanos = expectedNanos;
        this.lent = lent;
    }

    /** Its slot has it from now on, or no longer. */
    void setThere(boolean there) {
        this.there = there;
        recount();
    }

    private void recount() {
        int running = there && !cancelled ? open() : 0;
        slot.running += running - countsAsRunning;
        countsAsRunning = running;
    }

    /** So many more of its elements have an outcome. */
    void answer(int elements) {
        answered += elements;
        recount();
    }

    /** Its worker was asked for so many elements at its end, and does not begin them. */
    void giveBack(int elements) {
        givenBack += elements;
        recount();
    }

    /** What its worker says of it counts for nobody from now on. */
    void cancel() {
        cancelled = true;
        recount();
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** One of its tasks has given that job to the pool. */
    void adopt(TaskJob child) {
        children = children.isEmpty() ? new LinkedHashSet<>() : children;
        children.add(child);
    }

    /** That job has ended. */
    void disown(TaskJob child) {
        if (!children.isEmpty()) {
            children.remove(child);
        }
    }

    /** The jobs that its tasks have given to the pool and that have not ended. */
    Set<TaskJob> children() {
        return children;
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
