package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.Deque;

/** Cuts n elements into chunks, as R's {@code parallel} does. */
public final class Chunking {
    private Chunking() {}

    /**
     * Cuts {@code n} elements into {@code chunks} contiguous runs of nearly equal length.
     *
     * <p>Source: R {@code parallel::splitIndices}.
     *
     * @return the length of each run in order; 0 is possible where there are more chunks than elements
     */
    public static int[] splitIndices(int n, int chunks) {
        if (chunks == 0) {
            return new int[0];
        }
        if (chunks == 1 || n == 1) {
            return new int[] {n};
        }
        int[] sizes = new int[chunks];
        double fuzz = Math.min((n - 1) / 1000.0, 0.4 * n / chunks);
        double from = 1 - fuzz;
        double step = (n + fuzz - from) / chunks;
        int chunk = 0;
        for (int i = 1; i <= n; i++) {
            while (chunk < chunks - 1 && i > from + (chunk + 1) * step) {
                chunk++;
            }
            sizes[chunk]++;
        }
        return sizes;
    }

    /**
     * How many chunks R makes of {@code n} elements.
     *
     * <p>Source: R {@code parallel:::staticNChunks}, {@code dynamicNChunks}.
     *
     * @param chunkSize elements a chunk, 0 for R's own choice
     */
    public static int chunkCount(int n, int workers, int chunkSize, Dealing dealing) {
        if (chunkSize > 0) {
            return Math.max(1, (n + chunkSize - 1) / chunkSize);
        }
        return dealing == Dealing.DYNAMIC ? 2 * workers : workers;
    }

    /** R's chunks in order; empty ones keep their place in the count that decides the worker, but are left out here. */
    static Deque<Chunk> chunks(int n, int workers, int chunkSize, Dealing dealing) {
        Deque<Chunk> chunks = new ArrayDeque<>();
        int first = 0;
        for (int size : splitIndices(n, chunkCount(n, workers, chunkSize, dealing))) {
            if (size > 0) {
                chunks.add(new Chunk(first, size));
            }
            first += size;
        }
        return chunks;
    }
}
