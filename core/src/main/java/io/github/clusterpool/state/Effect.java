package io.github.clusterpool.state;

import java.util.List;

/** What the pool decided to do. */
public sealed interface Effect {
    record Start(WorkerRef ref) implements Effect {}

    /** Ends a worker; {@code force} does not wait for what it runs. */
    record Stop(WorkerRef ref, boolean force) implements Effect {}

    /** The worker's node has not been heard of for so long that its lease is over: all that it has is given up. */
    record Silent(WorkerRef ref) implements Effect {}

    /** Lets the worker's node start work for so long after its sign of life. */
    record Renew(WorkerRef ref, long sentNanos) implements Effect {}

    record Apply(List<WorkerRef> refs, Entry entry, long floor) implements Effect {}

    /**
     * Sends elements {@code first} to {@code first + count - 1} of a job.
     *
     * @param lent begins at once, beside what the worker runs: that waits for a job of its own
     */
    record Run(
            WorkerRef ref, long run, long job, int first, int count, int attempt, long epoch, long floor, boolean lent)
            implements Effect {}

    record CancelRuns(WorkerRef ref, long job) implements Effect {}

    /** Nobody waits for that evalq any more: it is to stop, and to leave nothing behind, even where it has ended by now. */
    record StopEvalq(List<WorkerRef> refs, long epoch) implements Effect {}

    /**
     * Asks for runs that have not begun, and for half of what is left of those that have; the worker answers for each of
     * them that it does not begin any more, and for the end of each that it shares.
     */
    record Recall(WorkerRef ref, long[] runs) implements Effect {}

    /** Hands outcomes to the job's caller. */
    record Deliver(long job, int worker, int first, int count, int failed, byte[] outcomes, long nanos)
            implements Effect {}

    /** Tells the job's caller of elements that have no outcome of their own. */
    record Fail(long job, int first, int count, Loss loss) implements Effect {}

    record End(long job, int size, Ending ending) implements Effect {}

    /** Asks for a {@link Event.Tick} at that time. */
    record WakeAt(long nanos) implements Effect {}

    /** Worth a line in the log: as a warning, or as what is all in order. */
    record Note(String text, boolean isWarning) implements Effect {
        Note(String text) {
            this(text, true);
        }
    }
}
