package io.github.clusterpool;

import io.github.clusterpool.sim.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What one client does, call after call, as chance wills. */
final class SimScript {
    private static final int MOST_WORKERS = 5;

    private final Simulation sim;
    private final SimClient client;
    private final Chance chance;
    private final String name;
    private int callsLeft;

    /** Begins by making the pool, if it is the first. */
    SimScript(Simulation sim, SimClient client, int number) {
        this.sim = sim;
        this.client = client;
        this.chance = sim.world.chance();
        this.name = "" + number;
        this.callsLeft = sim.plan.callsEach();
        if (number == 1) {
            sim.world.after(0, () -> client.init(sim.plan.workers(), false));
        }
        next();
    }

    boolean isOver() {
        return callsLeft == 0;
    }

    private void next() {
        long pause = chance.percent(40) ? 0 : chance.millis(0, 1_500);
        sim.world.after(pause, this::act);
    }

    private void act() {
        callsLeft--;
        call();
        if (callsLeft > 0) {
            next();
        }
    }

    private void call() {
        int dice = chance.below(100);
        if (dice < 50) {
            client.lapply(this::items, options());
        } else if (dice < 58) {
            client.call(job -> item(job, -1), options());
        } else if (dice < 72) {
            export();
        } else if (dice < 80) {
            int failures = sim.plan.isCalm() ? 0 : chance.of(List.of(0, 0, 10, 50, 100));
            client.evalq("e" + name, sim.nextValue(), failures, pause(), timeout(JobOptions.defaults()));
        } else if (dice < 90) {
            cancel();
        } else if (!sim.plan.isCalm()) {
            changePool();
        }
    }

    private void changePool() {
        int dice = chance.below(10);
        if (dice < 3) {
            client.init(chance.between(1, MOST_WORKERS), false);
        } else if (dice < 5) {
            client.init(chance.between(1, MOST_WORKERS), true);
        } else if (dice < 9) {
            client.resize(chance.between(1, MOST_WORKERS));
        } else {
            client.delete();
        }
    }

    private void export() {
        long value = sim.nextValue();
        Map<String, Long> values =
                chance.percent(50) ? Map.of("x" + name, value, "y" + name, value) : Map.of("z" + name, value);
        client.export(values, timeout(JobOptions.defaults()));
    }

    private void cancel() {
        List<SimJob> open = client.open();
        if (!open.isEmpty()) {
            client.cancel(chance.of(open));
        }
    }

    // ---- tasks

    private List<SimTask.Item> items(long job) {
        List<SimTask.Item> items = new ArrayList<>();
        int count = chance.percent(10) ? chance.between(20, 60) : chance.between(0, 9);
        for (int i = 0; i < count; i++) {
            items.add(item(job, i));
        }
        return items;
    }

    private SimTask.Item item(long job, int index) {
        SimTask.Act act = act(chance.below(100));
        long nanos = act == SimTask.Act.DEAF ? chance.millis(10, 4_000) : chance.millis(0, 300);
        return new SimTask.Item(job, index, act, nanos, chance.between(1, 5), sim.nextValue());
    }

    private SimTask.Act act(int dice) {
        boolean harmless = sim.plan.isCalm();
        if (dice < 40) {
            return SimTask.Act.QUICK;
        } else if (dice < 45) {
            return SimTask.Act.NEST;
        } else if (dice < 75) {
            return SimTask.Act.SLEEP;
        } else if (dice < 87) {
            return SimTask.Act.LOOK;
        } else if (dice < 94) {
            return SimTask.Act.THROW;
        }
        return harmless ? SimTask.Act.QUICK : dice < 97 ? SimTask.Act.DEAF : SimTask.Act.KILL;
    }

    private long pause() {
        // nobody interrupts an evalq: a cancelled one that takes longer than the grace costs its worker
        return chance.percent(70) ? 0 : chance.millis(0, sim.plan.isCalm() ? 800 : 2_000);
    }

    private JobOptions.Chosen options() {
        JobOptions.Chosen chosen = JobOptions.retries(chance.between(0, 3))
                .scheduling(chance.of(List.of(Scheduling.values())))
                .failFast(chance.percent(12));
        if (chance.percent(50)) {
            chosen = chosen.chunkSize(chance.between(1, 6));
        }
        if (chance.percent(15)) {
            chosen = chosen.maxConcurrency(chance.between(1, 3));
        }
        if (chance.percent(15)) {
            chosen = chosen.taskTimeout(Duration.ofNanos(chance.millis(20, 1_000)));
        }
        if (chance.percent(15)) {
            chosen = chosen.retryOn(IllegalStateException.class);
        }
        return timeout(chosen);
    }

    private JobOptions.Chosen timeout(JobOptions.Chosen chosen) {
        return chance.percent(10) ? chosen.timeout(Duration.ofNanos(chance.millis(10, 3_000))) : chosen;
    }
}
