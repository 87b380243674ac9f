package io.github.clusterpool;

/**
 * One thread's looks at the time after each element: after some that took next to no time, a few of the next do without,
 * unless the clock has ticked meanwhile. So of what follows a long sleep of the whole JVM a few such elements may still take
 * the time for what it was, but no second one that takes long.
 */
final class Glances {
    private static final int MOST_WITHOUT = 7;
    private static final long SWIFT_NANOS = 1_000;

    private final TaskClock clock;
    private long seen;
    private long seenTick;
    private int without;
    private int mayBeWithout;

    Glances(TaskClock clock) {
        this.clock = clock;
    }

    /** The time after one more element; that after the first is always looked at. */
    long next() {
        long tick = clock.tick().getAsLong();
        if (without < mayBeWithout && tick == seenTick) {
            without++;
            return seen;
        }
        long now = clock.nanos().getAsLong();
        mayBeWithout = now - seen < SWIFT_NANOS * (without + 1) ? MOST_WITHOUT : 0;
        without = 0;
        seen = now;
        seenTick = tick;
        return now;
    }
}
