package io.github.clusterpool.state;

/**
 * What the caller of a job asked for.
 *
 * @param chunkSize elements a chunk, 0 for the pool's own choice
 * @param retries how often a task that was lost with its worker runs again
 * @param maxConcurrency workers that run the job at the same time, 0 for all
 * @param timeoutNanos for the whole job, 0 for none
 * @param eager each task is answered for at once, so that its answer is not lost with a later task's worker
 */
public record JobRules(
        Dealing dealing,
        int chunkSize,
        int retries,
        boolean failFast,
        int maxConcurrency,
        long timeoutNanos,
        boolean eager) {

    /** Answers that may be under way from one chunk are bounded, for what carries them has a bound, too. */
    int maxChunk() {
        return eager ? 128 : Integer.MAX_VALUE;
    }

    boolean mayPrefetch() {
        return retries > 0 && maxConcurrency == 0 && dealing != Dealing.DYNAMIC;
    }
}
