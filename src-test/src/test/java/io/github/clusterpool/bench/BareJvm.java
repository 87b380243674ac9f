package io.github.clusterpool.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A JVM that does nothing, as a baseline for start-up. */
final class BareJvm {
    private BareJvm() {}

    static int startAndEnd() {
        try {
            return java("-version").redirectErrorStream(true).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static ProcessBuilder java(String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return new ProcessBuilder(line);
    }
}
