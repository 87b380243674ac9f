package io.github.clusterpool.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Bounds what each logger writes, so that nobody fills a disk by sending junk to a port; what is held back is counted, and
 * the count is logged before that logger's next line. Tasks' own lines are bounded where they are made.
 */
public final class LogLimit extends TurboFilter {
    /** What tasks log, as it comes to their driver. */
    private static final String TASKS = "clusterpool.";

    private static final int AT_ONCE = 40;
    private static final long NANOS_A_LINE = TimeUnit.MILLISECONDS.toNanos(500);

    private static final class Room {
        private double lines = AT_ONCE;
        private long since = System.nanoTime();
        private long held;

        /** How many were held back before this line; negative if this one is, too. */
        synchronized long take() {
            long now = System.nanoTime();
            lines = Math.min(AT_ONCE, lines + (now - since) / (double) NANOS_A_LINE);
            since = now;
            if (lines < 1) {
                held++;
                return -1;
            }
            lines--;
            long before = held;
            held = 0;
            return before;
        }
    }

    private final Map<String, Room> rooms = new ConcurrentHashMap<>();

    /** Made by Logback. */
    public LogLimit() {}

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable error) {
        if (logger.getName().startsWith(TASKS)
                || format == null
                || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
            return FilterReply.NEUTRAL; // only asks, or is not to be logged
        }
        long before =
                rooms.computeIfAbsent(logger.getName(), name -> new Room()).take();
        if (before > 0) {
            logger.getLoggerContext()
                    .getLogger(LogLimit.class)
                    .warn("held back {} lines of {}, which logs too fast", before, logger.getName());
        }
        return before < 0 ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
