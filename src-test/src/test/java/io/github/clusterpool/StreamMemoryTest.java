package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An input far larger than the driver's memory. */
@Timeout(900)
class StreamMemoryTest {
    private static final int ELEMENTS = 10_000_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void stream_tenMillionElements_runsInADriverOf64Megabytes(String placement) throws Exception {
        Ledger ledger = Ledger.in(folder);
        Process driver = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        ClassPath.ofDriver().toString(),
                        StreamingDriver.class.getName(),
                        placement,
                        String.valueOf(ELEMENTS),
                        ledger.file())
                .inheritIO()
                .start();
        try {
            assertThat(driver.waitFor(Patience.scaled(500).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            driver.destroyForcibly();
        }

        assertThat(driver.exitValue()).isZero();
        long sum = (long) ELEMENTS * (ELEMENTS + 1) / 2;
        assertThat(ledger.lines()).containsExactly(ELEMENTS + " results, sum " + sum);
    }
}
