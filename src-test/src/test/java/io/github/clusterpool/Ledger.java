package io.github.clusterpool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What tasks write down of themselves, in whatever JVM they are, so that it outlives them; it travels with a function. */
record Ledger(String file) {
    /** An empty ledger, another one for each call. */
    static Ledger in(Path folder) throws IOException {
        return new Ledger(Files.createTempFile(folder, "ledger-", "").toString());
    }

    /** Appends a line; lines of many writers do not mix. */
    void add(Object line) throws IOException {
        Files.writeString(Path.of(file), line + "\n", StandardOpenOption.APPEND);
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(Path.of(file));
    }
}
