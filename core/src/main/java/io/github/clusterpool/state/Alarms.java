package io.github.clusterpool.state;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What the pool must look at again later. Each alarm checks for itself whether it still matters. */
final class Alarms {
    private record Alarm(long at, long order, Runnable action) {}

    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::order));
    private long count;

    private long now;

    void setTime(long nanos) {
        now = nanos;
    }

    long now() {
        return now;
    }

    /** A pause so long that time cannot tell is for ever. */
    void after(long pause, Runnable action) {
        if (pause < Long.MAX_VALUE - Math.max(0, now)) {
            alarms.add(new Alarm(now + pause, count++, action));
        }
    }

    void ring() {
        Alarm first = alarms.peek();
        while (first != null && first.at() <= now) {
            alarms.remove();
            first.action().run();
            first = alarms.peek();
        }
    }

    /** When the next alarm is due; {@link Long#MAX_VALUE} for none. */
    long next() {
        Alarm first = alarms.peek();
        return first == null ? Long.MAX_VALUE : first.at();
    }
}
