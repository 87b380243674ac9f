package io.github.clusterpool.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/** Durations of some rounds, in nanoseconds. */
record Sample(long[] sorted) {
    private static final int WARM_UP = 4;

    /** Keeps results from being optimised away. */
    static volatile Object sink;

    static Sample of(int rounds, Supplier<?> task) {
        return inTurn(rounds, task)[0];
    }

    /** All tasks one after the other in each round, so that they share what the machine is going through. */
    static Sample[] inTurn(int rounds, Supplier<?>... tasks) {
        long[][] nanos = new long[tasks.length][rounds];
        for (int round = -Math.min(rounds, WARM_UP); round < rounds; round++) {
            for (int t = 0; t < tasks.length; t++) {
                long begin = System.nanoTime();
                sink = tasks[t].get();
                if (round >= 0) {
                    nanos[t][round] = System.nanoTime() - begin;
                }
            }
        }
        return Arrays.stream(nanos).map(Sample::measured).toArray(Sample[]::new);
    }

    static Sample measured(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Sample(sorted);
    }

    double median() {
        return sorted[sorted.length / 2];
    }

    /** Smallest and largest as parts of the median. */
    String spread() {
        return String.format(Locale.ROOT, "%.2f to %.2f", sorted[0] / median(), sorted[sorted.length - 1] / median());
    }
}
