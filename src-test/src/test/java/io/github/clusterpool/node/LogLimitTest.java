package io.github.clusterpool.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();

    @BeforeEach
    void setUp() {
        context.addTurboFilter(new LogLimit());
        written.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(written);
    }

    private long linesOf(String logger) {
        return written.list.stream()
                .filter(line -> line.getLoggerName().equals(logger))
                .count();
    }

    @Test
    void warn_flood_isHeldBackAndOthersAreNot() {
        for (int i = 0; i < 10_000; i++) {
            context.getLogger("flood").warn("junk {}", i);
        }
        context.getLogger("other").warn("news");

        assertThat(linesOf("flood")).isBetween(40L, 200L);
        assertThat(linesOf("other")).isEqualTo(1);
    }

    @Test
    void info_belowTheLevel_takesNoRoom() {
        for (int i = 0; i < 10_000; i++) {
            context.getLogger("quiet").info("nothing {}", i);
        }
        context.getLogger("quiet").warn("something");

        assertThat(linesOf("quiet")).isEqualTo(1);
    }

    @Test
    void warn_ofTasks_isBoundedElsewhere() {
        for (int i = 0; i < 500; i++) {
            context.getLogger("clusterpool.default-worker-1").warn("line {}", i);
        }

        assertThat(linesOf("clusterpool.default-worker-1")).isEqualTo(500);
    }
}
