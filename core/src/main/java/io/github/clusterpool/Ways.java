package io.github.clusterpool;

import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The ways of one pool that are open: one to each node, however many of its workers are there. The pool alone decides which way a
 * worker has, and when a way is over; a node that thinks otherwise is told.
 */
final class Ways {
    private final String pool;
    private final Map<Long, Way> open = new HashMap<>();
    private final Map<Long, Way> byStart = new HashMap<>();

    /** Those by which more workers may come. */
    private final Map<ActorRef<NodeDoor.Command>, Way> byDoor = new HashMap<>();

    private long shared;

    Ways(String pool) {
        this.pool = pool;
    }

    /** The way to a JVM that is for the worker of that start alone; it has the number of the start. */
    void own(long start) {
        enter(open.computeIfAbsent(start, number -> new Way(number, pool)), start);
    }

    /** The way that the worker of that start has to the node with that door; such ways have numbers below 0. */
    Way to(ActorRef<NodeDoor.Command> door, long start) {
        Way way = byDoor.computeIfAbsent(door, none -> new Way(--shared, pool));
        open.put(way.number(), way);
        enter(way, start);
        return way;
    }

    private void enter(Way way, long start) {
        way.enter(start);
        byStart.put(start, way);
    }

    @Nullable
    Way of(long start) {
        return byStart.get(start);
    }

    @Nullable
    Way numbered(long number) {
        return open.get(number);
    }

    /** Who comes to that start's node next has another way, so that no worker comes twice by the same. */
    void close(long start) {
        byDoor.values().remove(byStart.get(start));
    }

    /** The node is silent, or has begun anew: who comes there next has another way. */
    void cut(Way way) {
        byDoor.values().remove(way);
        way.cut();
    }

    /** That start has no way any more; gives the one it had, which may be over now. */
    @Nullable
    Way leave(long start) {
        Way way = byStart.remove(start);
        if (way != null) {
            way.leave(start);
            if (way.isOver()) {
                open.remove(way.number());
                byDoor.values().remove(way);
            }
        }
        return way;
    }
}
