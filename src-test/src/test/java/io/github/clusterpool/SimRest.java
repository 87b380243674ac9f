package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold when all is over: the pool serves with all its workers, and leaves nothing behind. */
final class SimRest {
    private static final long SECOND = 1_000_000_000L;
    /** A start's time, or a lease, and a restart with its pauses. */
    private static final long UNTIL_ALL_LOSSES_SHOW = 90 * SECOND;

    private static final long NANOS_EACH = 50_000_000;

    private final Simulation sim;
    private final SimClient client;

    SimRest(Simulation sim) {
        this.sim = sim;
        this.client = new SimClient(sim, "client-last");
    }

    void check() {
        sim.link.heal();
        pass(UNTIL_ALL_LOSSES_SHOW);
        completed(client.init(1, false));
        waitUntilAllServe();
        probe();
        checkDeleted();
    }

    private void completed(SimJob job) {
        sim.runUntil(job::hasEnded, 200 * SECOND, "a job at rest that never ends");
        if (!(job.ending() instanceof Ending.Completed)) {
            sim.violated("at rest, %s ended as %s", job, job.ending());
        }
    }

    private void waitUntilAllServe() {
        boolean serve = false;
        for (int i = 0; i < 100 && !serve; i++) {
            pass(SECOND);
            PoolStatus now = sim.askStatus();
            serve = now.leaving() == 0
                    && now.workers().stream().allMatch(worker -> worker.state() == WorkerStatus.State.READY);
        }
        if (!serve) {
            sim.violated("at rest, not all workers serve: %s", sim.askStatus());
        }
    }

    private void pass(long nanos) {
        boolean[] passed = new boolean[1];
        sim.world.after(nanos, () -> passed[0] = true);
        sim.runUntil(() -> passed[0], nanos + SECOND, "time stands still");
    }

    /** Work for each worker's whole credit, twice: each runs some, all of it ends well, nothing remains. */
    private void probe() {
        int workers = sim.askStatus().size();
        Set<Long> lives = new HashSet<>();
        SimJob one = client.lapply(
                job -> items(job, workers, NANOS_EACH),
                JobOptions.scheduling(Scheduling.DYNAMIC).chunkSize(1));
        completed(one);
        one.answers().values().forEach(answer -> lives.add(answer.life()));
        if (lives.size() != workers) {
            sim.violated("at rest, %d of %d workers work", lives.size(), workers);
        }
        int credit = sim.plan.config().workerCredit();
        completed(client.lapply(job -> items(job, 3 * credit * workers, 0), JobOptions.chunkSize(1)));
        PoolStatus now = sim.askStatus();
        if (now.queued() != 0 || now.running() != 0 || now.workers().stream().anyMatch(each -> each.running() != 0)) {
            sim.violated("at rest, something is under way: %s", now);
        }
    }

    private List<SimTask.Item> items(long job, int count, long nanos) {
        List<SimTask.Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SimTask.Act act = nanos == 0 ? SimTask.Act.QUICK : SimTask.Act.SLEEP;
            items.add(new SimTask.Item(job, i, act, nanos, 0, sim.nextValue()));
        }
        return items;
    }

    private void checkDeleted() {
        completed(client.delete());
        PoolStatus now = sim.askStatus();
        if (now.exists() || !now.workers().isEmpty() || now.leaving() != 0) {
            sim.violated("delete left something: %s", now);
        }
        List<String> remembered = SimLeftovers.in(sim.supervisor);
        if (!remembered.isEmpty()) {
            sim.violated("after delete the supervisor remembers %s", remembered);
        }
        sim.runUntil(
                () -> sim.lanes().isEmpty() && sim.jvms.alive().isEmpty(),
                60 * SECOND,
                "threads or JVMs that outlive the pool");
    }
}
