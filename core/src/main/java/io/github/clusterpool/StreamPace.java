package io.github.clusterpool;

/** How many elements of a stream go together: enough to be worth the way, few enough to be done soon. Thread-safe. */
final class StreamPace {
    /** What a part should keep a worker busy for, and how long it may take to read one. */
    static final long PART_NANOS = 4_000_000;

    private static final int GROWTH = 8;

    private int most = 1;
    private double elements;
    private double nanos;
    private double bytes;

    /** Takes in what a part cost; each counts half as much as the one after it. */
    synchronized void learn(int count, long spentNanos, long resultBytes) {
        elements = elements / 2 + count;
        nanos = nanos / 2 + spentNanos;
        bytes = bytes / 2 + resultBytes;
        double inTime = PART_NANOS * elements / Math.max(1, nanos);
        most = (int) Math.max(1, Math.min(inTime, Math.max(most, (double) GROWTH * count)));
    }

    /** Elements of the next part, at least 1, so that their results take about {@code mostBytes} at most. */
    synchronized int elements(long mostBytes) {
        return bytes == 0 ? most : (int) Math.max(1, Math.min(most, mostBytes * elements / bytes));
    }

    /** Bytes that the results of {@code count} elements are likely to take. */
    synchronized long resultBytes(int count) {
        return elements == 0 ? 0 : (long) (bytes / elements * count);
    }
}
