package io.github.clusterpool.bench;

import java.util.Locale;

/** What is measured, in the order of the report; the label has places for what depends on the size. */
enum Row {
    FIRST_RESULT("cold start of %2$d workers to the first result, ms", 0),
    ALL_STARTED("cold start of %2$d workers to all, ms", 0),
    MEMORY("idle worker process, MB of PSS", 0),
    INIT("init of a pool that is there, ms", 0, 1, 2),
    MAP_LITTLE("map of %1$,d elements, elements/s", 1_000, 1_000, 0),
    MAP_MEDIUM("map of %1$,d elements, elements/s", 100_000, 1_000, 0),
    MAP_MUCH("map of %1$,d elements, elements/s", 1_000_000, 1_000, 0),
    SINGLES("%1$,d single tasks, pipelined, /s", 2_000, 100, 0),
    SINGLE_P50("single task, p50 of %1$,d, µs", 1_000, 100, 0),
    SINGLE_P99("single task, p99 of %1$,d, µs", 1_000, 100, 0),
    ALL_P50("call on all %2$d workers, p50 of %1$,d, µs", 500, 100, 0),
    ALL_P99("call on all %2$d workers, p99 of %1$,d, µs", 500, 100, 0),
    EXPORT_LITTLE("export of %1$,d bytes to %2$d, MB/s in all", 1_000_000, 1, 0),
    EXPORT_MEDIUM("export of %1$,d bytes to %2$d, MB/s in all", 10_000_000, 1, 0),
    EXPORT_MUCH("export of %1$,d bytes to %2$d, MB/s in all", 100_000_000, 1, 0),
    EXPORT_USED("the same and its first use on all, MB/s in all", 100_000_000, 1, 0),
    KILLED("delay by a killed worker, one of %2$d, %1$,d naps of 100 ms, ms", 100, 20, 0),
    KILLED_SPARED("the same where a spare process waits, ms", 100, 20, 0),
    DOWNLOADS("%1$,d downloads of 4 KB in 20 ms by %3$d, part of ideal", 2_000, 100, 2),
    CPU_EVEN("%1$,d CPU tasks of 20 ms, against two bare threads", 200, 20, 2),
    CPU_SKEWED("%1$,d CPU tasks of 0 to 40 ms, against two bare threads", 200, 20, 2);

    private final String label;
    private final int amount;
    private final int least;
    private final int digits;

    Row(String label, int digits) {
        this(label, 1, 1, digits);
    }

    /**
     * @param amount at full size
     * @param least below which no size goes, as the figure would not be one
     * @param digits behind the point
     */
    Row(String label, int amount, int least, int digits) {
        this.label = label;
        this.amount = amount;
        this.least = least;
        this.digits = digits;
    }

    int amount(Size size) {
        return Math.max(Math.min(least, amount), amount / size.divisor());
    }

    String label(Size size) {
        return String.format(Locale.ROOT, label, amount(size), size.workers(), size.many());
    }

    String text(double value) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
