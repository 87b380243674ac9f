package io.github.clusterpool.state;

/**
 * The bounds a pool decides by; times in nanoseconds.
 *
 * @param credit chunks in flight to one worker, at most
 * @param lateNanos time that a worker may be at one chunk, against all expectation, before nothing shall wait behind it
 * @param maxChunkBytes bytes of elements in one chunk, at most
 * @param cancelGraceNanos from a cancel to the end of a worker that does not stop
 * @param restartLimit losses of one worker in a row, without a task done in between, before it is given up
 * @param backoffNanos before the second restart in a row; doubles up to {@code maxBackoffNanos}
 * @param suspectNanos silence after which a worker is dealt nothing new; {@link Long#MAX_VALUE} for workers that need not
 *     be heard of
 * @param lostNanos silence after which a worker is lost, more than {@code suspectNanos}
 */
public record PoolSettings(
        int credit,
        long lateNanos,
        int maxChunkBytes,
        long cancelGraceNanos,
        int restartLimit,
        int startAttempts,
        long backoffNanos,
        long maxBackoffNanos,
        int maxJournalEntries,
        long maxJournalBytes,
        long maxQueuedTasks,
        long maxQueuedBytes,
        long suspectNanos,
        long lostNanos,
        Staffing staffing) {}
