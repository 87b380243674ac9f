package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A driver in a JVM of its own, with the class path of the tests. */
final class DriverJvm {
    private DriverJvm() {}

    static Process start(List<String> options, Class<?> main, String... arguments) throws IOException {
        return start(List.of(), options, main, arguments);
    }

    /** Begins the command line with {@code prefix}. */
    static Process start(List<String> prefix, List<String> options, Class<?> main, String... arguments)
            throws IOException {
        List<String> line = new ArrayList<>(prefix);
        line.add(ProcessHandle.current().info().command().orElseThrow());
        line.addAll(options);
        line.addAll(List.of("-cp", ClassPath.ofDriver().toString(), main.getName()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line).inheritIO().start();
    }

    /** Waits for its good end. */
    static void run(Duration atMost, List<String> options, Class<?> main, String... arguments) throws Exception {
        Process driver = start(options, main, arguments);
        try {
            assertThat(driver.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            driver.destroyForcibly();
        }
        assertThat(driver.exitValue()).isZero();
    }
}
