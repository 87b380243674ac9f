package io.github.clusterpool.state;

/** What workers say of chunks. */
final class Answers {
    private Answers() {}

    /** Of the whole chunk, which took that time. */
    static Event.Answered done(Effect.Run run, long nanos) {
        return to(run, run.count(), Sequel.DONE, nanos);
    }

    /** Of the first {@code count} tasks of the chunk. */
    static Event.Answered to(Effect.Run run, int count, Sequel sequel, long nanos) {
        return new Event.Answered(
                run.ref(), run.run(), run.job(), run.attempt(), run.first(), count, 0, new byte[1], sequel, nanos);
    }
}
