package io.github.clusterpool.state;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of a worker's end.
 *
 * @param worker 1..n; 0 before it is put down to one
 * @param reason in words, to stand after "worker 2 "
 * @param pid of its JVM; 0 if not known
 * @param exitCode of its JVM; empty if that was not its end
 * @param uptime of its JVM; zero if not known
 * @param lastLines what its JVM printed last, on either stream, each as one line without control characters
 */
public record Death(
        int worker, String reason, long pid, OptionalInt exitCode, Duration uptime, List<String> lastLines) {
    /** Keeps its own copy of the lines. */
    public Death {
        lastLines = List.copyOf(lastLines);
    }

    /** Of a worker whose JVM, if it has one of its own, need not have ended. */
    public Death(String reason) {
        this(0, reason, 0, OptionalInt.empty(), Duration.ZERO, List.of());
    }

    /** Put down to that worker. */
    Death of(WorkerSlot slot) {
        return new Death(slot.id, reason, pid == 0 ? slot.pid : pid, exitCode, uptime, lastLines);
    }

    /** The reason, and below it the last lines. */
    String inFull() {
        return reason + lastWords(lastLines);
    }

    /** The last lines, each on a line of its own, to stand behind a text; empty if there are none. */
    public static String lastWords(List<String> lastLines) {
        return lastLines.isEmpty() ? "" : "\nthe last it printed:\n  " + String.join("\n  ", lastLines);
    }
}
