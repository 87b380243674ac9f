package io.github.clusterpool.state;

/**
 * How many elements a job has and how many bytes each takes.
 *
 * @param ends where each element ends, in bytes from the start of the first
 * @param overhead bytes that go with a chunk besides its elements
 */
public record Extent(int[] ends, int overhead) {
    public int size() {
        return ends.length;
    }

    public long bytes() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** How many elements from {@code first} on, at most {@code count} and at least one, fit into {@code maxBytes}. */
    int fitting(int first, int count, int maxBytes) {
        int start = (first == 0 ? 0 : ends[first - 1]) - overhead;
        int fit = count;
        while (fit > 1 && ends[first + fit - 1] - start > maxBytes) {
            fit = (fit + 1) / 2;
        }
        return fit;
    }
}
