package io.github.clusterpool.bench;

import java.util.Arrays;

/**
 * What somebody reached in the unit of a row, or why not.
 *
 * @param cold of the first time in its process; not a number where nothing is repeated
 * @param sorted of the rounds that count
 * @param error empty if it did it
 */
record Figure(double cold, double[] sorted, String error) {
    static Figure of(double cold, double... rounds) {
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        return new Figure(cold, sorted, "");
    }

    static Figure failed(String error) {
        return new Figure(Double.NaN, new double[0], error);
    }

    boolean isThere() {
        return sorted.length > 0;
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least() {
        return sorted[0];
    }

    double most() {
        return sorted[sorted.length - 1];
    }
}
