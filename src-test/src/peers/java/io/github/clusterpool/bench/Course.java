package io.github.clusterpool.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** All that is to be done, in order. */
final class Course {
    /** Elements in a round: one short list after the others' turns would show who wakes up soonest. */
    private static final int LEAST_MAPPED = 100_000;

    private final Size size;
    private final Set<Row> wanted;
    private final List<ContestantProcess> contestants;
    private final Figures figures;

    /** @param wanted what shall be done; all if empty */
    Course(Size size, Set<Row> wanted, List<ContestantProcess> contestants, Figures figures) {
        this.size = size;
        this.wanted = wanted;
        this.contestants = contestants;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        if (isWanted(Row.FIRST_RESULT, Row.ALL_STARTED, Row.MEMORY)) {
            new ColdStarts(size, figures).measure(contestants);
        }
        if (isWanted(Row.DOWNLOADS)) {
            open(size.many());
            downloads(Row.DOWNLOADS.amount(size));
        }
        if (isWanted(Row.CPU_EVEN, Row.CPU_SKEWED)) {
            open(size.few());
            cpu(Row.CPU_EVEN, "even");
            cpu(Row.CPU_SKEWED, "skewed");
        }
        open(size.workers());
        latency("init 20", Row.INIT, null, 1e6);
        for (Row row : List.of(Row.MAP_LITTLE, Row.MAP_MEDIUM, Row.MAP_MUCH)) {
            int times = Math.max(1, LEAST_MAPPED / row.amount(size));
            perSecond(row, "map " + row.amount(size) + " " + times, (double) row.amount(size) * times);
        }
        perSecond(Row.SINGLES, "singles " + Row.SINGLES.amount(size), Row.SINGLES.amount(size));
        latency("single " + Row.SINGLE_P50.amount(size), Row.SINGLE_P50, Row.SINGLE_P99, 1e3);
        latency("all " + Row.ALL_P50.amount(size), Row.ALL_P50, Row.ALL_P99, 1e3);
        for (Row row : List.of(Row.EXPORT_LITTLE, Row.EXPORT_MEDIUM, Row.EXPORT_MUCH)) {
            perSecond(row, "export " + row.amount(size), row.amount(size) / 1e6 * size.workers());
        }
        int bytes = Row.EXPORT_USED.amount(size);
        perSecond(Row.EXPORT_USED, "use " + bytes, bytes / 1e6 * size.workers());
        if (isWanted(Row.KILLED, Row.KILLED_SPARED)) {
            new Kills(size, figures).measure(contestants);
        }
    }

    private boolean isWanted(Row... rows) {
        return wanted.isEmpty() || Arrays.stream(rows).anyMatch(wanted::contains);
    }

    /** Who does not open says so in all rows that ask for it. */
    private void open(int workers) {
        for (ContestantProcess contestant : contestants) {
            if (contestant.workers() != workers) {
                contestant.closeWorkers();
                contestant.open(workers);
            }
        }
    }

    private void perSecond(Row row, String line, double amount) {
        if (isWanted(row)) {
            keep(row, take(line, size.rounds()), nanos -> amount / nanos[0] * 1e9);
        }
    }

    /** @param high the row of the 99th percentile, or null */
    private void latency(String line, Row half, Row high, double nanosInUnit) {
        if (isWanted(half, high == null ? half : high)) {
            Map<ContestantProcess, Turns.Taken> taken = take(line, size.rounds());
            keep(half, taken, nanos -> percentile(nanos, 50) / nanosInUnit);
            if (high != null) {
                keep(high, taken, nanos -> percentile(nanos, 99) / nanosInUnit);
            }
        }
    }

    private static double percentile(long[] nanos, int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private void downloads(int n) throws IOException {
        try (FileServer files = new FileServer()) {
            double ideal = n * FileServer.DELAY_MILLIS * 1e6 / size.many();
            String line = "download " + n + " " + files.port() + " even";
            keep(Row.DOWNLOADS, take(line, size.longRounds()), nanos -> ideal / nanos[0]);
        }
    }

    /** Against what bare threads took for the same in the same round, as others may use the machine too. */
    private void cpu(Row row, String how) {
        if (!isWanted(row)) {
            return;
        }
        Map<ContestantProcess, Turns.Taken> taken =
                take("spin " + row.amount(size) + " 20 " + how, size.longRounds());
        List<long[]> bare = taken.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(Entrants.THREADS))
                .flatMap(entry -> entry.getValue().rounds().stream())
                .toList();
        taken.forEach((contestant, all) -> {
            List<Double> parts = new ArrayList<>();
            for (int round = 0; round < Math.min(bare.size(), all.rounds().size()); round++) {
                parts.add((double) bare.get(round)[0] / all.rounds().get(round)[0]);
            }
            String error = bare.isEmpty() ? "bare threads, which it is held against, did not run" : all.error();
            keep(row, contestant, Double.NaN, parts, error);
        });
    }

    private Map<ContestantProcess, Turns.Taken> take(String line, int rounds) {
        return Turns.take(size, contestants, line, rounds);
    }

    private void keep(Row row, Map<ContestantProcess, Turns.Taken> taken, ToDoubleFunction<long[]> unit) {
        taken.forEach((contestant, all) -> keep(
                row,
                contestant,
                all.error().isEmpty() ? unit.applyAsDouble(all.cold()) : Double.NaN,
                all.rounds().stream().map(unit::applyAsDouble).collect(Collectors.toList()),
                all.error()));
    }

    private void keep(Row row, ContestantProcess contestant, double cold, List<Double> rounds, String error) {
        double[] all = rounds.stream().mapToDouble(x -> x).toArray();
        figures.keep(row, contestant.name(), error.isEmpty() ? Figure.of(cold, all) : Figure.failed(error));
    }
}
