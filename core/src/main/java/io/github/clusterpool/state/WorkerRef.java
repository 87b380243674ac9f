package io.github.clusterpool.state;

/**
 * One life of one worker.
 *
 * @param worker 1..n, as in R
 * @param incarnation grows with every life, whichever worker of the pool it is
 */
public record WorkerRef(int worker, long incarnation) {
    /** Lives of one start: the worker's own supervisor may restart it this often before it must be started anew. */
    static final long LIVES = 1 << 16;

    /** Whether the other is a life of the same start. */
    public boolean isSameStart(WorkerRef other) {
        return other.worker == worker && other.start() == start();
    }

    /** Numbers the starts of all workers of a pool. */
    public long start() {
        return incarnation / LIVES;
    }
}
