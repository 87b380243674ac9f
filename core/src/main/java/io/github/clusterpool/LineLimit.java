package io.github.clusterpool;

/** Lets 100 lines pass in a second, after a while of silence 1,000 at once, and counts those it holds back. */
final class LineLimit {
    private static final int AT_ONCE = 1_000;
    private static final int PER_SECOND = 100;

    private double room = AT_ONCE;
    private long filledAt;
    private boolean shut;
    private long heldBack;

    LineLimit(long nanos) {
        this.filledAt = nanos;
    }

    /** Once shut, it opens again for a second's worth of lines: a flood is told of once a second, not with every line. */
    synchronized boolean admits(long nanos) {
        room = Math.min(AT_ONCE, room + (nanos - filledAt) * 1e-9 * PER_SECOND);
        filledAt = nanos;
        shut = shut ? room < PER_SECOND : room < 1;
        if (shut) {
            heldBack++;
        } else {
            room--;
        }
        return !shut;
    }

    /** How many it has held back since it was asked last. */
    synchronized long takeHeldBack() {
        long taken = heldBack;
        heldBack = 0;
        return taken;
    }
}
