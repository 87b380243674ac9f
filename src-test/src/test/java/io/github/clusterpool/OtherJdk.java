package io.github.clusterpool;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDK that the tests do not run on: 25 for 17, else 17. */
public final class OtherJdk {
    public static final int FEATURE = Runtime.version().feature() == 17 ? 25 : 17;

    private OtherJdk() {}

    /** Ends the test as skipped where there is none. */
    public static Path home() {
        return find().orElseGet(() ->
                abort("skipped: no JDK " + FEATURE + " is installed, and JAVA_HOME_" + FEATURE + " is not set"));
    }

    public static Optional<Path> find() {
        return Stream.concat(
                        Stream.ofNullable(System.getenv("JAVA_HOME_" + FEATURE)).map(Path::of), installed().stream())
                .filter(home -> Files.isExecutable(home.resolve("bin").resolve("java")))
                .findFirst();
    }

    /** Where .ci/run looks, too. */
    private static List<Path> installed() {
        Path folder = Path.of("/usr/lib/jvm");
        try (Stream<Path> homes = Files.isDirectory(folder) ? Files.list(folder) : Stream.<Path>empty()) {
            return homes.filter(home -> home.getFileName().toString().contains(String.valueOf(FEATURE)))
                    .filter(home -> release(home)
                            .filter(text -> text.contains("JAVA_VERSION=\"" + FEATURE))
                            .isPresent())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
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
