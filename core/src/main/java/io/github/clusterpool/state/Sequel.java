package io.github.clusterpool.state;

/** What follows an answer for some elements of a run. */
public enum Sequel {
    /** More answers. */
    MORE(0),
    /** More answers; the one element this is about failed in a way that its caller wants tried again. */
    AGAIN(1),
    /** Nothing; elements without an answer never started and go back to the queue. */
    DONE(2),
    /** Nothing: the run was cancelled, and stopped when it was told. */
    FLAGGED(3),
    /** Nothing: the run was cancelled, and stopped when it was interrupted. */
    INTERRUPTED(4),
    /** More answers, for the elements before these: these, up to the last of the run, were asked for and never start. */
    REST(5);

    private final byte code;

    Sequel(int code) {
        this.code = (byte) code;
    }

    /** Stands for it on the wire. */
    public byte code() {
        return code;
    }

    /** Whether nothing more comes for this run. */
    public boolean isLast() {
        return this != MORE && this != AGAIN && this != REST;
    }
}
