package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of the end of one worker.
 *
 * @param workerId 1..n, as in R
 * @param pid of its JVM; 0 if not known
 * @param exitCode of its JVM, above 128 for a signal; empty if its JVM did not end, as with workers in this JVM
 * @param uptime of its JVM; zero if not known
 * @param reason in words, such as {@code (pid 812) was killed by signal 9 (exit 137), perhaps out of memory}
 * @param lastLines the last 20 lines at most that its JVM printed, on standard output or error, without control
 *     characters
 */
public record WorkerDeath(
        int workerId, long pid, OptionalInt exitCode, Duration uptime, String reason, List<String> lastLines) {
    /** Keeps its own copy of the lines. */
    public WorkerDeath {
        lastLines = List.copyOf(lastLines);
    }

    /** Of the last of them, to stand below a message; empty if it printed nothing. */
    static String lastWords(List<WorkerDeath> deaths) {
        List<String> lines =
                deaths.isEmpty() ? List.of() : deaths.get(deaths.size() - 1).lastLines();
        return Death.lastWords(lines);
    }

    static WorkerDeath of(Death death) {
        return new WorkerDeath(
                death.worker(), death.pid(), death.exitCode(), death.uptime(), death.reason(), death.lastLines());
    }
}
