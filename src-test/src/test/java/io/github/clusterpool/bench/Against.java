package io.github.clusterpool.bench;

import io.github.clusterpool.Pool;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Measures this build against another one, in turn round by round, so that both meet whatever else the machine does. */
final class Against {
    /** Of JVMs: two of one build differ by a fifth in how they compile and collect, for as long as they live. */
    private static final int PAIRS = 7;

    private final String other;
    private final int elements;
    private final int rounds;
    private final Table table = new Table();

    /** @param otherClasses the folder of core's classes in the other build */
    Against(String otherClasses, int elements, int rounds) throws Exception {
        Path own = Path.of(
                Pool.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        this.other = otherClasses
                + File.pathSeparator
                + Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(each -> !Path.of(each).equals(own))
                        .collect(Collectors.joining(File.pathSeparator));
        this.elements = elements;
        this.rounds = rounds;
    }

    void run() throws Exception {
        compare("in-process", 4);
        compare("processes", 2);
        compare("processes", 4);
    }

    private void compare(String placement, int workers) throws Exception {
        long[] here = new long[PAIRS * rounds];
        long[] there = new long[PAIRS * rounds];
        double[] ratios = new double[PAIRS];
        for (int pair = 0; pair < PAIRS; pair++) {
            try (Rounds one = new Rounds(System.getProperty("java.class.path"), placement, workers, elements);
                    Rounds two = new Rounds(other, placement, workers, elements)) {
                for (int i = pair * rounds; i < (pair + 1) * rounds; i++) {
                    here[i] = one.nanos();
                    there[i] = two.nanos();
                }
            }
            ratios[pair] = median(there, pair) / median(here, pair);
        }
        Arrays.sort(ratios);
        String what = "lapply of " + elements + " integers, " + workers + " workers, " + placement;
        Sample before = Sample.measured(there);
        Sample now = Sample.measured(here);
        table.add(what + ", the other build", rate(before), "", before);
        table.add(
                what + ", this build",
                rate(now),
                String.format(
                        Locale.ROOT,
                        "%.3f x the other (median of %d pairs of JVMs, %.3f to %.3f)",
                        ratios[PAIRS / 2],
                        PAIRS,
                        ratios[0],
                        ratios[PAIRS - 1]),
                now);
    }

    private double median(long[] nanos, int pair) {
        return Sample.measured(Arrays.copyOfRange(nanos, pair * rounds, (pair + 1) * rounds))
                .median();
    }

    private String rate(Sample sample) {
        return String.format(Locale.ROOT, "%,.0f elements/s", elements / sample.median() * 1e9);
    }
}
