package io.github.clusterpool;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The results that a client elsewhere has not taken yet: those that the pool has told its desk, and that the desk has said. Too
 * many from a limit on, until half of them are taken. Thread-safe: the pool counts what it tells at once, however long the desk
 * takes to say it. What says whether something has changed is to be followed by a look at {@link #isFull}.
 */
final class Backlog {
    private record Said(long number, long bytes, int tasks) {}

    private final PoolConfig.Limits limits;

    // guarded by this
    private final Deque<Said> said = new ArrayDeque<>();
    private long bytes;
    private long tasks;
    private boolean full;
    private boolean closed;

    Backlog(PoolConfig.Limits limits) {
        this.limits = limits;
    }

    /** The desk is to say that; returns whether there is too much from now on. */
    synchronized boolean add(JobEvent event) {
        bytes += bytes(event);
        tasks += tasks(event);
        return change();
    }

    /** The desk has said it, by the message of that number in its talk. */
    synchronized void said(long number, JobEvent event) {
        said.add(new Said(number, bytes(event), tasks(event)));
    }

    /** The desk does not say it now; returns whether there is no longer too much. */
    synchronized boolean drop(JobEvent event) {
        bytes -= bytes(event);
        tasks -= tasks(event);
        return change();
    }

    /** All that was said up to that number is there; returns whether there is no longer too much. */
    synchronized boolean taken(long upTo) {
        while (!said.isEmpty() && said.element().number() <= upTo) {
            Said there = said.remove();
            bytes -= there.bytes();
            tasks -= there.tasks();
        }
        return change();
    }

    /** Nobody is there who could take anything; returns whether there was too much. */
    synchronized boolean close() {
        closed = true;
        said.clear();
        return change();
    }

    private boolean change() {
        boolean before = full;
        int part = before ? 2 : 1;
        full = !closed && (bytes > limits.bytes() / part || tasks > limits.count() / part);
        return full != before;
    }

    synchronized boolean isFull() {
        return full;
    }

    /** What its content takes, whatever is around that. */
    static long bytes(JobEvent event) {
        return event instanceof JobEvent.Outcomes some ? some.bytes().length : 0;
    }

    private static int tasks(JobEvent event) {
        return event instanceof JobEvent.Outcomes some ? some.count() : 0;
    }
}
