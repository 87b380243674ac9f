package io.github.clusterpool.bench;

import static io.github.clusterpool.bench.Entrants.FORK_JOIN;
import static io.github.clusterpool.bench.Entrants.HAZELCAST;
import static io.github.clusterpool.bench.Entrants.IN_PROCESS;
import static io.github.clusterpool.bench.Entrants.OURS;
import static io.github.clusterpool.bench.Entrants.PEERS;
import static io.github.clusterpool.bench.Entrants.PEKKO;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What the pool shall reach, and what it did.
 *
 * @param isLeast whether more is better
 * @param reached empty if somebody it is held against was not there
 */
record Target(String figure, double bound, boolean isLeast, OptionalDouble reached) {
    static List<Target> all(Figures figures) {
        List<Target> all = new ArrayList<>();
        all.add(atLeast("map of most elements / best peer's", 3, best(figures, Row.MAP_MUCH)));
        all.add(atLeast("map of fewest elements / best peer's", 3, best(figures, Row.MAP_LITTLE)));
        all.add(atLeast(
                "map of most in process, with copies / parallel stream's",
                0.2,
                ratio(figures.median(Row.MAP_MUCH, IN_PROCESS), figures.median(Row.MAP_MUCH, FORK_JOIN))));
        all.add(atLeast("single tasks, pipelined / best peer's", 5, best(figures, Row.SINGLES)));
        all.add(atLeast("single tasks, pipelined / bare Pekko's, window 128", 0.7, ours(figures, Row.SINGLES, PEKKO)));
        all.add(atMost("single task, p50 / bare Pekko's ask", 1.3, ours(figures, Row.SINGLE_P50, PEKKO)));
        all.add(atMost("single task, p50 / best peer's", 1, quickest(figures, Row.SINGLE_P50)));
        OptionalDouble p99 = figures.median(Row.SINGLE_P99, OURS);
        all.add(atMost("single task, p99 / p50", 4, ratio(p99, figures.median(Row.SINGLE_P50, OURS))));
        all.add(atMost("call on all, p50 / bare Pekko's ask", 1.5, ours(figures, Row.ALL_P50, PEKKO)));
        all.add(atMost("call on all, p50 / best peer's", 0.5, quickest(figures, Row.ALL_P50)));
        all.add(atLeast("export of most / best peer's", 3, best(figures, Row.EXPORT_MUCH)));
        all.add(atLeast("the same and its first use / best peer's", 3, best(figures, Row.EXPORT_USED)));
        all.add(atMost("cold start to the first result / R's", 1, ours(figures, Row.FIRST_RESULT, Entrants.R)));
        all.add(atMost("cold start to all / R's", 2, ours(figures, Row.ALL_STARTED, Entrants.R)));
        all.add(atMost("init of a pool that is there, ms", 10, figures.median(Row.INIT, OURS)));
        all.add(atMost("idle worker's memory / a Hazelcast member's", 1, ours(figures, Row.MEMORY, HAZELCAST)));
        all.add(atLeast("downloads, part of ideal", 0.95, figures.median(Row.DOWNLOADS, OURS)));
        all.add(atLeast("CPU tasks, even, part of bare threads'", 0.95, figures.median(Row.CPU_EVEN, OURS)));
        all.add(atLeast("CPU tasks, skewed, part of bare threads'", 0.93, figures.median(Row.CPU_SKEWED, OURS)));
        all.add(atMost("delay by a killed worker, ms: a nap of 100, and 200", 300, figures.median(Row.KILLED, OURS)));
        all.add(atMost("the same where a spare process waits, ms", 300, figures.median(Row.KILLED_SPARED, OURS)));
        return all;
    }

    String target() {
        return (isLeast ? "≥ " : "≤ ") + number(bound);
    }

    String verdict() {
        if (reached.isEmpty()) {
            return "not measured";
        }
        double value = reached.getAsDouble();
        return isLeast ? value >= bound ? "yes" : "no" : value <= bound ? "yes" : "no";
    }

    String value() {
        return reached.isEmpty() ? "" : number(reached.getAsDouble());
    }

    private static String number(double value) {
        return value == Math.rint(value) || value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }

    private static Target atLeast(String figure, double bound, OptionalDouble reached) {
        return new Target(figure, bound, true, reached);
    }

    private static Target atMost(String figure, double bound, OptionalDouble reached) {
        return new Target(figure, bound, false, reached);
    }

    private static OptionalDouble best(Figures figures, Row row) {
        return ratio(figures.median(row, OURS), figures.median(row, PEERS, Math::max));
    }

    private static OptionalDouble quickest(Figures figures, Row row) {
        return ratio(figures.median(row, OURS), figures.median(row, PEERS, Math::min));
    }

    private static OptionalDouble ours(Figures figures, Row row, String other) {
        return ratio(figures.median(row, OURS), figures.median(row, other));
    }

    private static OptionalDouble ratio(OptionalDouble ours, OptionalDouble others) {
        return ours.isPresent() && others.isPresent()
                ? OptionalDouble.of(ours.getAsDouble() / others.getAsDouble())
                : OptionalDouble.empty();
    }
}
