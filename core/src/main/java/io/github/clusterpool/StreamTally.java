package io.github.clusterpool;

import java.time.Duration;

/** How far a stream has come. Thread-safe. */
final class StreamTally {
    private final ProgressListener listener;
    private long began = System.nanoTime();
    private long done;
    private long failed;
    private long running;

    StreamTally(PoolClient client, JobOptions.Chosen options) {
        this.listener = new ProgressListener(client, options.onProgress(), this::progress);
    }

    synchronized void begin() {
        began = System.nanoTime();
    }

    void sent(int elements) {
        count(elements, 0, 0);
    }

    /** What was sent is over; nothing of it is done where it must be sent again. */
    void ended(int elements, long doneOfThem, long failedOfThem) {
        count(-elements, doneOfThem, failedOfThem);
    }

    private void count(int moreRunning, long moreDone, long moreFailed) {
        synchronized (this) {
            running += moreRunning;
            done += moreDone;
            failed += moreFailed;
        }
        listener.tell();
    }

    private synchronized Progress progress() {
        return new Progress(done, failed, running, -1, Duration.ofNanos(System.nanoTime() - began));
    }
}
