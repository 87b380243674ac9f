package io.github.clusterpool;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a job or stream has come.
 *
 * @param done tasks with an outcome, failed ones included
 * @param failed tasks whose outcome is a failure
 * @param running tasks that are with the workers: under way, or next
 * @param total tasks in all; -1 for a stream; 0 until the pool has told how many workers a broadcast has
 * @param elapsed since the job was given, or the stream began
 */
public record Progress(long done, long failed, long running, long total, Duration elapsed) {
    /** Tasks done in a second, in the average; 0 at the beginning. */
    public double rate() {
        return elapsed.isZero() ? 0 : done * 1e9 / elapsed.toNanos();
    }

    /** How long the rest takes at this rate; empty where nobody knows. */
    public Optional<Duration> remaining() {
        return total < 0 || done == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) ((total - done) * 1e9 / rate())));
    }
}
