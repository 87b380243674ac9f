package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What tasks log is found in the driver's log, and cannot hurt it. */
interface LogsTest extends PoolCase {
    Pattern HELD_BACK = Pattern.compile("logged ([\\d,]+) more lines, not shown");

    /** Throws whatever it is asked. */
    class Hostile extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public synchronized Throwable getCause() {
            return this;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no stack");
        }
    }

    /** Cannot be shown. */
    class Mute {
        @Override
        public String toString() {
            throw new StackOverflowError();
        }
    }

    private static void expect(LogLines log, String regex) {
        Patience.await().untilAsserted(() -> assertThat(log.all()).anyMatch(line -> line.matches(regex)));
    }

    @Test
    default void log_ofATask_reachesTheDriverWithLevelJobAndElement() {
        try (LogLines log = LogLines.ofWorkers("shared")) {
            value(pool().lapply(List.of("a", "b"), x -> {
                Logger logger = TaskContext.current().log();
                logger.debug("not this");
                logger.info("hello {}", x);
                return logger.isDebugEnabled();
            }));

            expect(log, "INFO job \\d+, element 0: hello a");
            expect(log, "INFO job \\d+, element 1: hello b");
            assertThat(log.all()).noneMatch(line -> line.contains("not this"));
        }
    }

    @Test
    default void log_ofAnEvalq_saysSo() {
        try (LogLines log = LogLines.ofWorkers("shared")) {
            value(pool().evalq(() -> {
                TaskContext.current().log().warn("hello");
                return 0;
            }));

            Patience.await()
                    .untilAsserted(
                            () -> assertThat(log.all()).containsExactly("WARN evalq: hello", "WARN evalq: hello"));
        }
    }

    @Test
    default void log_linesInTheText_areEscaped() {
        try (LogLines log = LogLines.ofWorkers("shared")) {
            value(pool().lapply(List.of(1), x -> {
                TaskContext.current().log().error("two\nlines", new IllegalStateException("no\u001bway"));
                return x;
            }));

            expect(
                    log,
                    "(?s)ERROR job \\d+, element 0: two\\\\nlines\njava.lang.IllegalStateException: no\\\\u001bway\n"
                            + "\tat io.github.clusterpool.LogsTest.*");
        }
    }

    @Test
    default void log_hostileObjects_throwNothingAtTheTask() {
        try (LogLines log = LogLines.ofWorkers("shared")) {
            assertThat(value(pool().lapply(List.of(1), x -> {
                        Logger logger = TaskContext.current().log();
                        logger.info("it is {}", new Mute());
                        logger.info(null);
                        logger.info("thrown", new Hostile());
                        logger.info("x".repeat(1_000_000));
                        logger.info("end");
                        return x;
                    })))
                    .containsExactly(1);

            expect(log, "INFO job \\d+, element 0: it is .*");
            expect(log, "(?s)INFO job \\d+, element 0: thrown\n.*Hostile: \\(its message could not be had.*");
            expect(log, "INFO job \\d+, element 0: x+… \\(99\\d,\\d+ more characters\\)");
            expect(log, "INFO job \\d+, element 0: end");
        }
    }

    @Test
    default void log_flood_isHeldBackAndCounted() {
        try (LogLines log = LogLines.ofWorkers("shared")) {
            assertThat(value(pool().lapply(Collections.nCopies(2, 20_000), count -> {
                        for (int i = 0; i < count; i++) {
                            TaskContext.current().log().info("line");
                        }
                        return count;
                    })))
                    .containsExactly(20_000, 20_000);

            Patience.await()
                    .untilAsserted(() -> assertThat(shownAndHeldBack(log)).isEqualTo(40_000));
            value(pool().init(SIZE, true)); // or the next case finds its lines held back, too
            assertThat(log.all()).hasSizeLessThan(10_000).anyMatch(line -> line.contains(" more lines, not shown"));
        }
    }

    private static int shownAndHeldBack(LogLines log) {
        int count = 0;
        for (String line : log.all()) {
            Matcher held = HELD_BACK.matcher(line);
            count += held.find() ? Integer.parseInt(held.group(1).replace(",", "")) : 1;
        }
        return count;
    }
}
