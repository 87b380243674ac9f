package io.github.clusterpool;

import io.github.clusterpool.sim.Chance;
import io.github.clusterpool.sim.Fiber;
import io.github.clusterpool.sim.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/** The user code of a simulation: what its tasks and its evalq do on a worker. */
final class SimTask {
    /** How a task behaves. */
    enum Act {
        QUICK,
        /** Takes its time and heeds interrupts. */
        SLEEP,
        /** Takes its time and looks at {@link TaskContext#isCancelled} in between. */
        LOOK,
        /** Takes its time whatever it is told. */
        DEAF,
        /** Gives the pool a job and waits for it. */
        NEST,
        /** Throws at the first attempts. */
        THROW,
        /** Kills its JVM at the first attempts. */
        KILL
    }

    /**
     * One element.
     *
     * @param index in its job; -1 for all of them
     * @param nanos that it takes
     * @param badAttempts that throw or kill, and no more
     */
    record Item(long job, int index, Act act, long nanos, int badAttempts, long x) {}

    /**
     * One result.
     *
     * @param life of the worker it was made in
     */
    record Answer(long job, int index, int attempt, long life, long value) {}

    /**
     * One element of a job that a task gives to the pool.
     *
     * @param depth of the jobs that it gives in turn
     * @param seen by the task that gave it
     */
    record Below(long job, int index, long nanos, boolean kills, int depth, Map<String, Long> seen) {}

    private static final int BELOW_RETRIES = 2;

    static final String EVALQ_FAILED = "this evalq failed here";

    private SimTask() {}

    static Answer run(Item item) throws InterruptedException {
        TaskContext context = TaskContext.current();
        SimLane lane = SimLane.current();
        Map<String, Long> seen = seen();
        lane.sim().ledger.started(item, context, lane.life(), seen);
        act(item, context, lane);
        return new Answer(item.job(), context.index(), context.attempt(), lane.life(), value(item, seen));
    }

    private static Map<String, Long> seen() {
        Map<String, Long> seen = new TreeMap<>();
        for (String name : Env.names()) {
            seen.put(name, Env.get(name));
        }
        return seen;
    }

    static long value(Item item, Map<String, Long> seen) {
        return item.x() * 31 + seen.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void act(Item item, TaskContext context, SimLane lane) throws InterruptedException {
        Fiber fiber = lane.fiber();
        switch (item.act()) {
            case QUICK -> {}
            case SLEEP -> fiber.sleep(item.nanos());
            case LOOK -> look(item.nanos(), context, fiber);
            case DEAF -> deaf(item.nanos(), fiber, lane.sim().world);
            case NEST -> nest(lane.sim().world.chance().between(1, 3), lane);
            case THROW -> fail(item, context);
            case KILL -> kill(item, context, lane);
        }
    }

    /** What comes of a task's own job is right, or the pool was not left in peace. */
    private static void nest(int depth, SimLane lane) throws InterruptedException {
        Simulation sim = lane.sim();
        TaskContext context = TaskContext.current();
        long job = sim.nextValue();
        List<Below> items = new ArrayList<>();
        for (int i = sim.world.chance().between(1, 4); i > 0; i--) {
            items.add(below(job, items.size(), depth - 1, sim));
        }
        JobOptions options =
                JobOptions.retries(BELOW_RETRIES).scheduling(sim.world.chance().of(List.of(Scheduling.values())));
        var asked = context.pool().with(options).lapply(items, item -> SimTask.runBelow(item));
        lane.fiber().sleepUntil(asked::isDone);
        try {
            List<Integer> values = asked.join();
            if (!values.equals(items.stream().map(Below::index).toList())) {
                sim.violated("a task's job gave it %s for %s", values, items);
            }
        } catch (PoolException | CancellationException e) {
            if (sim.plan.isCalm() && !context.isCancelled()) {
                sim.violated("a task's job failed in a pool that lost nothing: %s", e);
            }
        }
    }

    private static Below below(long job, int index, int depth, Simulation sim) {
        Chance chance = sim.world.chance();
        boolean kills = !sim.plan.isCalm() && chance.percent(5);
        return new Below(job, index, chance.millis(0, 100), kills, depth, seen());
    }

    private static int runBelow(Below item) throws InterruptedException {
        SimLane lane = SimLane.current();
        lane.sim().ledger.startedBelow(item, BELOW_RETRIES, seen());
        lane.fiber().sleep(item.nanos());
        if (item.kills() && TaskContext.current().attempt() == 1) {
            lane.killItsJvm("exit by a nested task");
        }
        if (item.depth() > 0) {
            nest(item.depth(), lane);
        }
        return item.index();
    }

    private static void fail(Item item, TaskContext context) {
        if (context.attempt() <= item.badAttempts()) {
            throw new IllegalStateException(thrownBy(item.job(), context.index()));
        }
    }

    static String thrownBy(long job, int index) {
        return "thrown by " + job + "/" + index;
    }

    private static void look(long nanos, TaskContext context, Fiber fiber) throws InterruptedException {
        for (int i = 0; i < 5 && !context.isCancelled(); i++) {
            fiber.sleep(nanos / 5);
        }
    }

    private static void deaf(long nanos, Fiber fiber, World world) {
        long end = world.now() + nanos;
        while (world.now() < end) {
            try {
                fiber.sleep(end - world.now());
            } catch (InterruptedException e) {
                // deaf
            }
        }
    }

    private static void kill(Item item, TaskContext context, SimLane lane) throws InterruptedException {
        lane.fiber().sleep(item.nanos());
        if (context.attempt() <= item.badAttempts()) {
            lane.killItsJvm("exit by a task");
        }
    }

    /**
     * What an evalq does: sets a variable, and fails now and then, whichever worker it is on.
     *
     * @param failures in percent
     */
    static long change(String name, long value, int failures, long nanos) throws InterruptedException {
        SimLane lane = SimLane.current();
        Env.put(name, value);
        if (nanos > 0) {
            lane.fiber().sleep(nanos);
        }
        if (lane.sim().world.chance().percent(failures)) {
            throw new IllegalStateException(EVALQ_FAILED);
        }
        return value;
    }
}
