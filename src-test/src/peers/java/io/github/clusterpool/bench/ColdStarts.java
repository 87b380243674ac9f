package io.github.clusterpool.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Each time in a process that has done nothing yet, with nobody else's workers beside it. */
final class ColdStarts {
    private static final double NANOS = 1e6;

    private final Size size;
    private final Figures figures;
    private final List<Double> first = new ArrayList<>();
    private final List<Double> all = new ArrayList<>();
    private final List<Double> megabytes = new ArrayList<>();

    ColdStarts(Size size, Figures figures) {
        this.size = size;
        this.figures = figures;
    }

    void measure(List<ContestantProcess> contestants) throws IOException, InterruptedException {
        for (ContestantProcess contestant : contestants) {
            first.clear();
            all.clear();
            megabytes.clear();
            String error = "";
            for (int i = -size.unmeasured(); i < size.longRounds() && error.isEmpty(); i++) {
                error = once(contestant, i >= 0);
                if (i + 1 < size.longRounds() || size.many() != size.workers()) { // else they go on with it
                    contestant.closeWorkers();
                    contestant.close();
                }
            }
            keep(Row.FIRST_RESULT, contestant, first, error);
            keep(Row.ALL_STARTED, contestant, all, error);
            keep(Row.MEMORY, contestant, megabytes, error);
        }
    }

    private String once(ContestantProcess contestant, boolean counts) throws IOException {
        contestant.ask("hello"); // its process is there now, and has no workers
        Answer answer = contestant.open(size.workers());
        if (counts && answer.numbers().length == 2) {
            first.add(answer.numbers()[0] / NANOS);
            all.add(answer.numbers()[1] / NANOS);
            List<Long> pids = Kills.pids(contestant);
            if (!pids.isEmpty()) {
                megabytes.add(Memory.average(pids, "Pss"));
            }
        }
        return answer.error();
    }

    private void keep(Row row, ContestantProcess contestant, List<Double> values, String error) {
        double[] array = values.stream().mapToDouble(x -> x).toArray();
        if (!error.isEmpty()) {
            figures.keep(row, contestant.name(), Figure.failed(error));
        } else if (array.length > 0 && Arrays.stream(array).allMatch(Double::isFinite)) {
            figures.keep(row, contestant.name(), Figure.of(Double.NaN, array));
        }
    }
}
