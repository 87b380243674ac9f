package io.github.clusterpool.state;

/**
 * How many elements a job has and how many bytes each takes.
 *
 * @param ends where each element ends, in bytes from the start of the first
 * @param overhead bytes that go with a chunk besides its elements
 * @param large what takes more bytes goes alone
 */
public record Extent(int[] ends, int overhead, int large) {
    public int size() {
        return ends.length;
    }

    public long bytes() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /**
     * How many elements from {@code first} on, at most {@code count} and at least one, fit into {@code maxBytes} and may
     * go together.
     */
    int fitting(int first, int count, int maxBytes) {
        int start = start(first) - overhead;
        int fit = count;
        while (fit > 1 && ends[first + fit - 1] - start > maxBytes) {
            fit = (fit + 1) / 2;
        }
        return ends[first + fit - 1] - start(first) > large ? beforeLarge(first, fit) : fit;
    }

    private int beforeLarge(int first, int count) {
        for (int i = 0; i < count; i++) {
            if (ends[first + i] - start(first + i) > large) {
                return Math.max(1, i);
            }
        }
        return count;
    }

    private int start(int element) {
        return element == 0 ? 0 : ends[element - 1];
    }
}
