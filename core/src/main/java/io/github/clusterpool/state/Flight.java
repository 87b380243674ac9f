package io.github.clusterpool.state;

/** A chunk that is at a worker. */
final class Flight {
    final long run;
    final TaskJob job;
    final WorkerSlot slot;
    final Chunk chunk;
    final long expectedNanos;
    int answered;
    boolean cancelled;

    /** Its worker was asked to give it back, unless it has begun. */
    boolean recalled;

    Flight(long run, TaskJob job, WorkerSlot slot, Chunk chunk, long expectedNanos) {
        this.run = run;
        this.job = job;
        this.slot = slot;
        this.chunk = chunk;
        this.expectedNanos = expectedNanos;
    }

    int next() {
        return chunk.first() + answered;
    }

    int open() {
        return chunk.count() - answered;
    }
}
