package io.github.clusterpool.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How much later a job of naps is done if one of its workers is killed in its midst. */
final class Kills {
    private static final int NAP_MILLIS = 100;

    private final Size size;
    private final Figures figures;

    Kills(Size size, Figures figures) {
        this.size = size;
        this.figures = figures;
    }

    void measure(List<ContestantProcess> contestants) throws InterruptedException {
        for (ContestantProcess contestant : contestants) {
            measure(Row.KILLED, contestant);
            if (contestant.name().equals(Entrants.OURS)
                    && !contestant.ask("spared " + size.workers()).isFailed()) {
                measure(Row.KILLED_SPARED, contestant);
            }
        }
    }

    private void measure(Row row, ContestantProcess contestant) throws InterruptedException {
        List<Double> delays = new ArrayList<>();
        String error = "";
        for (int round = 0; round < size.longRounds() && error.isEmpty() && hasAll(contestant); round++) {
            Answer undisturbed = contestant.ask(line());
            Answer disturbed = undisturbed.isNone() ? undisturbed : disturbed(contestant);
            error = disturbed.error();
            if (!disturbed.isNone()) {
                delays.add((disturbed.numbers()[0] - undisturbed.numbers()[0]) / 1e6);
            }
        }
        if (!error.isEmpty()) {
            figures.keep(row, contestant.name(), Figure.failed(error));
            contestant.end(); // a pool that fails once may fail for ever, and its process has another one then
        } else if (!delays.isEmpty()) {
            double[] all = delays.stream().mapToDouble(x -> x).toArray();
            figures.keep(row, contestant.name(), Figure.of(Double.NaN, all));
        }
    }

    /** Those who have no worker processes, and those who do not replace them, have no next round. */
    private boolean hasAll(ContestantProcess contestant) {
        return pids(contestant).size() == size.workers();
    }

    private String line() {
        return "sleep " + Row.KILLED.amount(size) + " " + NAP_MILLIS + " even";
    }

    private Answer disturbed(ContestantProcess contestant) throws InterruptedException {
        long victim = pids(contestant).get(1);
        Answer told = contestant.tell(line());
        if (told.isFailed()) {
            return told;
        }
        Thread.sleep((long) Row.KILLED.amount(size) * NAP_MILLIS / size.workers() / 3);
        ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
        return contestant.answer();
    }

    /** Of the worker processes, if it has any. */
    static List<Long> pids(ContestantProcess contestant) {
        return Arrays.stream(contestant.ask("pids").numbers())
                .boxed()
                .distinct()
                .filter(pid -> pid != contestant.pid())
                .toList();
    }
}
