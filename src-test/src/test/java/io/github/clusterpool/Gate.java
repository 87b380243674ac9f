package io.github.clusterpool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An event that tests and tasks can wait for, in whatever JVM they are; it travels with a function. */
record Gate(String file) {
    private static final AtomicInteger GATES = new AtomicInteger();
    private static final long POLL_MILLIS = 5;

    /** A closed gate, another one for each call. */
    static Gate in(Path folder) {
        return new Gate(folder.resolve("gate-" + GATES.incrementAndGet()).toString());
    }

    /** Lets all pass who wait or come later. */
    void open() {
        try {
            Files.writeString(Path.of(file), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isOpen() {
        return Files.exists(Path.of(file));
    }

    /** Waits, in a test. */
    void expectOpen() {
        Patience.await().until(this::isOpen);
    }

    /** Waits, in a task; an interrupt ends it. */
    void pass() throws InterruptedException {
        boolean open = poll();
        while (!open) {
            open = poll();
        }
    }

    /** Whether it is open, in a task, at the latest a little later. */
    boolean poll() throws InterruptedException {
        if (!isOpen()) {
            Thread.sleep(POLL_MILLIS);
        }
        return isOpen();
    }

    /** Waits, in a task that does not listen to anybody; ends some time after its test in any case. */
    void passDeaf() {
        long end = System.nanoTime() + Patience.much().toNanos();
        while (!isOpen() && System.nanoTime() < end) {
            Thread.onSpinWait();
            Thread.interrupted();
        }
    }
}
