package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that one JDK writes are read by another: 17 by 25, and the reverse. */
class MixedJdksTest {
    private static final int OTHER = Runtime.version().feature() == 17 ? 25 : 17;

    @TempDir
    Path folder;

    @Test
    void values_writtenHere_areReadByTheOtherJdk() throws Exception {
        Path java = otherJava();
        Path file = folder.resolve("here");
        ValueExchange.write(file);

        assertThat(run(java, "read", file)).isEqualTo("equal: " + ValueExchange.count());
    }

    @Test
    void values_writtenByTheOtherJdk_areReadHere() throws Exception {
        Path java = otherJava();
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

    private static Path otherJava() throws IOException {
        return Stream.concat(
                        Stream.ofNullable(System.getenv("JAVA_HOME_" + OTHER)).map(Path::of), installed().stream())
                .map(home -> home.resolve("bin").resolve("java"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() ->
                        abort("skipped: no JDK " + OTHER + " is installed, and JAVA_HOME_" + OTHER + " is not set"));
    }

    /** Where .ci/run looks, too. */
    private static List<Path> installed() throws IOException {
        Path folder = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.filter(home -> home.getFileName().toString().contains(String.valueOf(OTHER)))
                    .filter(home -> release(home)
                            .filter(text -> text.contains("JAVA_VERSION=\"" + OTHER))
                            .isPresent())
                    .sorted()
                    .toList();
        }
    }

    private static Optional<String> release(Path home) {
        try {
            return Optional.of(Files.readString(home.resolve("release")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
