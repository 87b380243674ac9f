package io.github.clusterpool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What tasks themselves write down when they start: the judge over how often each ran, and what it saw. */
final class SimLedger {
    /** One start of one task. */
    record Start(SimTask.Item item, int index, int attempt, int worker, long life, Map<String, Long> seen) {}

    private final Simulation sim;
    private final List<Start> starts = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();

    SimLedger(Simulation sim) {
        this.sim = sim;
    }

    void started(SimTask.Item item, TaskContext context, long life, Map<String, Long> seen) {
        int index = context.index();
        Start start = new Start(item, index, context.attempt(), context.workerId(), life, seen);
        starts.add(start);
        sim.world.tell("task " + item.job() + "/" + index + " starts, attempt " + context.attempt() + ", worker "
                + context.workerId() + ", life " + life + ", sees " + seen);
        int count = counts.merge(item.job() + "/" + index, 1, Integer::sum);
        SimJob job = sim.job(item.job());
        if (item.index() >= 0 && item.index() != index) {
            sim.violated("task %d/%d got element %d", item.job(), index, item.index());
        }
        if (count > 1 + job.retries()) {
            sim.violated("task %d/%d started %d times, with %d retries", item.job(), index, count, job.retries());
        }
    }

    /** A task of a task's job sees what that saw. */
    void startedBelow(SimTask.Below item, int retries, Map<String, Long> seen) {
        sim.world.tell("nested task " + item.job() + "/" + item.index() + " starts");
        int count = counts.merge("nested " + item.job() + "/" + item.index(), 1, Integer::sum);
        if (count > 1 + retries) {
            sim.violated("nested task %d/%d started %d times", item.job(), item.index(), count);
        }
        if (!seen.equals(item.seen())) {
            sim.violated("nested task %d/%d sees %s, its task %s", item.job(), item.index(), seen, item.seen());
        }
    }

    /** The start that an answer tells of; null if there was none. */
    Start find(SimTask.Answer answer) {
        for (int i = starts.size() - 1; i >= 0; i--) {
            Start start = starts.get(i);
            if (start.item().job() == answer.job()
                    && start.index() == answer.index()
                    && start.attempt() == answer.attempt()
                    && start.life() == answer.life()) {
                return start;
            }
        }
        return null;
    }

    int size() {
        return starts.size();
    }

    /** Every task saw what its job's caller had set before, all of it, and nothing of later. */
    void judge(SimHistory history) {
        for (Start start : starts) {
            SimJob job = sim.job(start.item().job());
            String wrong = history.wrong(start.seen(), job);
            if (wrong != null) {
                sim.violated("task %d/%d on worker %d: %s", job.id(), start.index(), start.worker(), wrong);
            }
        }
    }
}
