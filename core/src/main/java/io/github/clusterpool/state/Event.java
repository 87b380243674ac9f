package io.github.clusterpool.state;

import java.util.Map;

/** What can happen to a pool. */
public sealed interface Event {
    record Init(long job, int size, boolean restart) implements Event {}

    record Resize(long job, int size) implements Event {}

    record Delete(long job) implements Event {}

    /**
     * Tasks to deal.
     *
     * @param extent measures one element for {@link Dealing#EVERY_WORKER}
     * @param held whether they wait from the beginning, as by {@link Hold}
     */
    record Submit(long job, Extent extent, JobRules rules, boolean held) implements Event {
        public Submit(long job, Extent extent, JobRules rules) {
            this(job, extent, rules, false);
        }
    }

    /** Nothing more of that job is dealt, or it is again: who gave it has not taken the results that there are. */
    record Hold(long job, boolean on) implements Event {}

    /**
     * Tasks of which another host of the pool has dealt some; {@code done} are those that have an outcome already, as of a
     * BitSet.
     *
     * @param mayHaveRun whether the others may have begun there
     * @param reason why those end then that must not run twice
     */
    record Resume(Submit submit, long[] done, boolean mayHaveRun, String reason) implements Event {}

    /** Nothing is dealt any more, and what has not begun is asked back: another host is to go on. */
    record Pause() implements Event {}

    /** Tasks that a task gives to its own pool, while it is in that run. */
    record Nested(WorkerRef ref, long run, Submit submit) implements Event {}

    /**
     * Variables that are set together.
     *
     * @param bytes of all values, some of which may stand for what is elsewhere
     */
    record Export(long job, Map<String, byte[]> values, long bytes, long timeoutNanos) implements Event {
        public Export(long job, Map<String, byte[]> values, long timeoutNanos) {
            this(job, values, Entry.Export.total(values), timeoutNanos);
        }
    }

    record Evalq(long job, byte[] code, long timeoutNanos) implements Event {}

    record Cancel(long job) implements Event {}

    /** A worker is there and knows nothing yet. */
    record Up(WorkerRef ref, String node, long pid) implements Event {}

    /** A worker applied an entry, or failed to. */
    record Applied(WorkerRef ref, long epoch, boolean failed, String reason, byte[] outcome) implements Event {}

    /**
     * A worker answers for {@code count} elements of a chunk, in order, or for those at its end that it does not begin.
     *
     * @param sequel what comes after this
     * @param nanos the worker spent on them
     */
    record Answered(
            WorkerRef ref,
            long run,
            long job,
            int attempt,
            int first,
            int count,
            int failed,
            byte[] outcomes,
            Sequel sequel,
            long nanos)
            implements Event {}

    /** The task {@code index} that a worker runs goes on although its time is up and it was interrupted. */
    record Stuck(WorkerRef ref, long run, int index, String reason) implements Event {}

    /**
     * A sign of life of a worker's node.
     *
     * @param sentNanos by the node's own clock
     * @param counts false if messages to or from the node do not get through
     */
    record Beat(WorkerRef ref, long sentNanos, boolean counts) implements Event {}

    /** A worker is gone, as asked or not. */
    record Lost(WorkerRef ref, Death death) implements Event {}

    /**
     * A worker is to leave its place: what it runs it finishes, and what it has not begun others run.
     *
     * @param elsewhere whether it is started in another place at once; if not, it waits for {@link Room}, and does not
     *     leave while a job or a change waits for every worker
     */
    record Leave(WorkerRef ref, Death death, boolean elsewhere) implements Event {}

    /** There is no place for a worker that was to start. */
    record NoRoom(WorkerRef ref, Death death) implements Event {}

    /** There are places for so many of the workers that had none. */
    record Room(int places) implements Event {}

    /** Time has passed. */
    record Tick() implements Event {}
}
