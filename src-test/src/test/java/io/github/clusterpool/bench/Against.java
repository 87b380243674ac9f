package io.github.clusterpool.bench;

import io.github.clusterpool.Pool;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Measures this build against another one, in turn round by round, so that both meet whatever else the machine does. */
final class Against {
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
        table.print();
    }

    private void compare(String placement, int workers) throws Exception {
        long[] here = new long[rounds];
        long[] there = new long[rounds];
        double[] ratios = new double[rounds];
        try (Rounds one = new Rounds(System.getProperty("java.class.path"), placement, workers, elements);
                Rounds two = new Rounds(other, placement, workers, elements)) {
            for (int i = 0; i < rounds; i++) {
                here[i] = one.nanos();
                there[i] = two.nanos();
                ratios[i] = (double) there[i] / here[i];
            }
        }
        Arrays.sort(ratios);
        String what = "lapply of " + elements + " integers, " + workers + " workers, " + placement;
        Sample before = Sample.measured(there);
        Sample now = Sample.measured(here);
        table.add(what + ", the other build", rate(before), "", before);
        table.add(
                what + ", this build",
                rate(now),
                String.format(Locale.ROOT, "%.3f x the other (median of the rounds' ratios)", ratios[rounds / 2]),
                now);
    }

    private String rate(Sample sample) {
        return String.format(Locale.ROOT, "%,.0f elements/s", elements / sample.median() * 1e9);
    }
}
