package io.github.clusterpool.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/** Keeps what is logged inside a world out of the log and puts it into the world's story. */
final class SimLog extends TurboFilter {
    private static boolean installed;

    static synchronized void install() {
        if (!installed) {
            installed = true;
            ((LoggerContext) LoggerFactory.getILoggerFactory()).addTurboFilter(new SimLog());
        }
    }

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable error) {
        World world = World.current();
        if (world == null) {
            return FilterReply.NEUTRAL;
        }
        if (!level.isGreaterOrEqual(Level.WARN)) {
            return FilterReply.DENY;
        }
        if (format == null) {
            return FilterReply.NEUTRAL; // only asked whether it would be logged
        }
        String text = MessageFormatter.arrayFormat(format, arguments).getMessage();
        world.logged(level == Level.ERROR, text, error);
        return FilterReply.DENY;
    }
}
