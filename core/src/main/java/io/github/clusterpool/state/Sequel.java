package io.github.clusterpool.state;

/** What follows an answer for some elements of a run. */
public enum Sequel {
    /** More answers. */
    MORE,
    /** More answers; the one element this is about failed in a way that its caller wants tried again. */
    AGAIN,
    /** Nothing; elements without an answer never started and go back to the queue. */
    DONE,
    /** Nothing: the run was cancelled, and stopped when it was told. */
    FLAGGED,
    /** Nothing: the run was cancelled, and stopped when it was interrupted. */
    INTERRUPTED;

    /** Whether nothing more comes for this run. */
    public boolean isLast() {
        return this != MORE && this != AGAIN;
    }
}
