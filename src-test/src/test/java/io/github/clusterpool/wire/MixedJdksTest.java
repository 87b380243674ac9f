package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.OtherJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that one JDK writes are read by another: 17 by 25, and the reverse. */
class MixedJdksTest {
    @TempDir
    Path folder;

    @Test
    void values_writtenHere_areReadByTheOtherJdk() throws Exception {
        Path java = OtherJdk.home().resolve("bin").resolve("java");
        Path file = folder.resolve("here");
        ValueExchange.write(file);

        assertThat(run(java, "read", file)).isEqualTo("equal: " + ValueExchange.count());
    }

    @Test
    void values_writtenByTheOtherJdk_areReadHere() throws Exception {
        Path java = OtherJdk.home().resolve("bin").resolve("java");
        Path file = folder.resolve("there");

        assertThat(run(java, "write", file)).isEqualTo("written");
        assertThat(ValueExchange.read(file)).isEqualTo("equal: " + ValueExchange.count());
    }

    private String run(Path java, String what, Path file) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ValueExchange.class.getName(),
                        what,
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        return Files.readString(output).strip();
    }
}
