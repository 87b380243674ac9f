package io.github.clusterpool;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts numbered messages in order: hands on each once, and none before all below it, beginning with 1. */
final class Inbox<T> {
    /** A message further ahead is as good as lost: whoever fills the gap has long been given up by then. */
    private static final int MAX_EARLY = 100_000;

    private final Map<Long, T> waiting = new HashMap<>();
    private volatile long received;

    /**
     * Takes a message in.
     *
     * @return false if it has been here before
     */
    boolean put(long number, T message) {
        if (number <= received) {
            return false;
        }
        return waiting.size() >= MAX_EARLY || waiting.putIfAbsent(number, message) == null;
    }

    /** The next message; null if that has not come. */
    @Nullable
    T poll() {
        long number = received + 1;
        T next = waiting.remove(number);
        if (next != null) {
            received = number;
        }
        return next;
    }

    /** The number up to which all have been handed on; for any thread. */
    long received() {
        return received;
    }
}
