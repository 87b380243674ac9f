package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** Freezes real processes. */
final class Frost {
    private Frost() {}

    static void freeze(long pid) {
        run("kill -STOP " + pid);
    }

    static void thaw(long pid) {
        run("kill -CONT " + pid);
    }

    /** Returns when it is over. */
    static void freeze(long pid, int seconds) {
        run("kill -STOP " + pid + "; sleep " + seconds + "; kill -CONT " + pid);
    }

    static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    static void run(String script) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", script).inheritIO().start();
            assertThat(shell.waitFor()).as(script).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(script, e);
        }
    }
}
