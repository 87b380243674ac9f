package io.github.clusterpool.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets all do the same: first each warms up by itself, all for as long, then they take turns. */
final class Turns {
    private final Size size;
    private final List<ContestantProcess> contestants;
    private final Map<ContestantProcess, Taken> taken = new LinkedHashMap<>();
    private final Map<ContestantProcess, Duration> spent = new LinkedHashMap<>();

    /**
     * What somebody said in all rounds.
     *
     * @param error why it did not go on; empty if it did
     */
    record Taken(long[] cold, List<long[]> rounds, String error) {}

    private Turns(Size size, List<ContestantProcess> contestants) {
        this.size = size;
        this.contestants = contestants;
    }

    /** Who does not do that at all is not in the answer. */
    static Map<ContestantProcess, Taken> take(
            Size size, List<ContestantProcess> contestants, String line, int rounds) {
        Turns turns = new Turns(size, contestants);
        turns.warmUp(line);
        for (int round = 0; round < rounds; round++) {
            turns.round(line);
        }
        return turns.taken;
    }

    private void warmUp(String line) {
        for (ContestantProcess contestant : contestants) {
            Answer first = ask(contestant, line);
            if (first.isFailed()) {
                fail(contestant, first);
            } else if (!first.isNone()) {
                taken.put(contestant, new Taken(first.numbers(), new ArrayList<>(), ""));
            }
            Answer next = first;
            while (!next.isNone() && spent.get(contestant).compareTo(size.warmUp()) < 0) {
                next = ask(contestant, line);
            }
            if (next.isFailed()) {
                fail(contestant, next);
            }
        }
    }

    private void round(String line) {
        for (ContestantProcess contestant : contestants) {
            Taken before = taken.get(contestant);
            if (before == null || !before.error().isEmpty() || isOverBudget(contestant, before)) {
                continue;
            }
            Answer answer = ask(contestant, line);
            if (answer.isNone()) {
                fail(contestant, answer);
            } else {
                before.rounds().add(answer.numbers());
            }
        }
    }

    private boolean isOverBudget(ContestantProcess contestant, Taken before) {
        return !before.rounds().isEmpty() && spent.get(contestant).compareTo(size.budget()) > 0;
    }

    private Answer ask(ContestantProcess contestant, String line) {
        long begin = System.nanoTime();
        Answer answer = contestant.ask(line);
        spent.merge(contestant, Duration.ofNanos(System.nanoTime() - begin), Duration::plus);
        return answer;
    }

    private void fail(ContestantProcess contestant, Answer answer) {
        taken.put(contestant, new Taken(new long[0], List.of(), answer.isFailed() ? answer.error() : "answers nothing"));
    }
}
