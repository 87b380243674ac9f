package io.github.clusterpool;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** A Java to start worker JVMs with; {@code build} tells it from every other at the same place. */
record Jdk(Path home, int feature, String build) {
    static final int OLDEST = 17;
    private static final Path JAVA = Path.of("bin", File.separatorChar == '/' ? "java" : "java.exe");

    static Jdk ofDriver() {
        return new Jdk(
                Path.of(System.getProperty("java.home")),
                Runtime.version().feature(),
                System.getProperty("java.vm.version") + " " + System.getProperty("java.vm.vendor"));
    }

    /**
     * The one installed there, by its own description.
     *
     * @throws IllegalArgumentException if there is none that can run this library
     */
    static Jdk at(Path home) {
        if (!Files.isExecutable(home.resolve(JAVA))) {
            throw new IllegalArgumentException(Messages.noJava(home, "no executable " + JAVA + " in it"));
        }
        Properties release = new Properties();
        try (Reader text = Files.newBufferedReader(home.resolve("release"))) {
            release.load(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(Messages.noJava(home, "no readable file release in it"), e);
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        if (version.isEmpty()) {
            throw new IllegalArgumentException(Messages.noJava(home, "no JAVA_VERSION in its file release"));
        }
        int feature = feature(version);
        if (feature < OLDEST) {
            throw new IllegalArgumentException(Messages.noJava(home, "version " + version));
        }
        return new Jdk(home, feature, release.toString());
    }

    /** 0 for what is no version; up to Java 8 they began with "1." and had an underscore. */
    private static int feature(String version) {
        try {
            return Runtime.Version.parse(version).feature();
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    Path java() {
        return home.resolve(JAVA);
    }

    Path modules() {
        return home.resolve("lib").resolve("modules");
    }
}
