package io.github.clusterpool;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes what a pool's tasks log to the driver's log, off the supervisor: an appender may block. */
final class DriverLog {
    private static final int MAX_WAITING = 10_000;
    private static final String BLOCKING = "pekko.actor.default-blocking-io-dispatcher";

    /** No level at all. */
    static final int OFF = Level.ERROR.toInt() + 1;

    /**
     * What one task logs.
     *
     * @param level as SLF4J numbers them
     * @param text no control characters but line ends of our own
     */
    record Line(int worker, int level, String text) implements PoolMessage {}

    private DriverLog() {}

    static Behavior<Line> create(String pool) {
        return Behaviors.receive(Line.class)
                .onMessage(Line.class, line -> {
                    write(pool, line);
                    return Behaviors.same();
                })
                .build();
    }

    /** Lines that find too many waiting are dropped. */
    static Props props() {
        return MailboxSelector.bounded(MAX_WAITING).withDispatcherFromConfig(BLOCKING);
    }

    private static void write(String pool, Line line) {
        logger(pool, line.worker()).atLevel(Level.intToLevel(line.level())).log(line.text());
    }

    static Logger logger(String pool, int worker) {
        return LoggerFactory.getLogger(name(pool, worker));
    }

    static String name(String pool, int worker) {
        return "clusterpool." + pool + "-worker-" + worker;
    }

    /** The lowest level that the driver writes down for that worker. */
    static int level(String pool, int worker) {
        Logger logger = logger(pool, worker);
        int lowest = OFF;
        for (Level level : Level.values()) {
            lowest = logger.isEnabledForLevel(level) ? Math.min(lowest, level.toInt()) : lowest;
        }
        return lowest;
    }
}
