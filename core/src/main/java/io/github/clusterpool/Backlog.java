package io.github.clusterpool;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been said to a client that it has not taken yet: too much from a limit on, until half of it is taken. */
final class Backlog {
    private record Said(long number, long bytes, int tasks) {}

    private final PoolConfig.Limits limits;
    private final Deque<Said> said = new ArrayDeque<>();
    private long bytes;
    private long tasks;
    private boolean full;

    Backlog(PoolConfig.Limits limits) {
        this.limits = limits;
    }

    /** Adds the message of that number in the talk. */
    void add(long number, long moreBytes, int moreTasks) {
        said.add(new Said(number, moreBytes, moreTasks));
        bytes += moreBytes;
        tasks += moreTasks;
        full |= bytes > limits.bytes() || tasks > limits.count();
    }

    /** All up to that number is there. */
    void taken(long upTo) {
        while (!said.isEmpty() && said.element().number() <= upTo) {
            Said there = said.remove();
            bytes -= there.bytes();
            tasks -= there.tasks();
        }
        full &= bytes > limits.bytes() / 2 || tasks > limits.count() / 2;
    }

    boolean isFull() {
        return full;
    }
}
