package io.github.clusterpool.bench;

import java.time.Duration;

/**
 * How much there is to do.
 *
 * @param divisor of all amounts
 * @param unmeasured cold starts before those that count: they leave on disk what later ones may use
 * @param rounds of what takes less than a second
 * @param longRounds of what takes seconds
 * @param warmUp for how long each contestant does an item before it counts, at least once
 * @param bound of one answer but that of a cold start; who takes longer is given up for this item
 * @param budget of one contestant for one item: no further round begins after it
 * @param workers of most items
 * @param many for downloads
 * @param few for CPU tasks
 */
record Size(
        String name,
        int divisor,
        int unmeasured,
        int rounds,
        int longRounds,
        Duration warmUp,
        Duration bound,
        Duration budget,
        int workers,
        int many,
        int few) {
    private static final Size FULL = new Size(
            "full", 1, 1, 5, 3, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(45), 4, 8, 2);
    private static final Size SMALLEST = new Size(
            "smallest", 20, 0, 1, 1, Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(10), 2, 2, 2);

    static Size of(String name) {
        return switch (name) {
            case "full" -> FULL;
            case "smallest" -> SMALLEST;
            default -> throw new IllegalArgumentException("peers.size must be full or smallest, got " + name);
        };
    }
}
