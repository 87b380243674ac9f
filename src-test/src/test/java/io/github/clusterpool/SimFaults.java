package io.github.clusterpool;

import io.github.clusterpool.sim.Chance;
import io.github.clusterpool.sim.Fiber;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorRefWithCell;
import scala.jdk.javaapi.CollectionConverters;

/** What befalls a pool by chance: workers that crash, JVMs that are killed, stand still or are cut off. */
final class SimFaults {
    private static final int WITHIN_MILLIS = 6_000;
    /** Until a worker that crashed is back in place. */
    private static final long LONGEST_PAUSE_NANOS = 12_000_000_000L;

    private final Simulation sim;
    private final Chance chance;
    private int left;

    SimFaults(Simulation sim) {
        this.sim = sim;
        this.chance = sim.world.chance();
        this.left = sim.plan.faults();
        for (int i = 0; i < left; i++) {
            sim.world.after(chance.millis(0, WITHIN_MILLIS), this::strike);
        }
    }

    boolean areOver() {
        return left == 0;
    }

    /** Whether that error is what a fault of ours looks like in the log. */
    static boolean isOurs(Throwable error) {
        StackTraceElement[] stack = error.getStackTrace(); // the JVM leaves it out of what it throws often
        boolean actor = error instanceof NullPointerException
                && (stack.length == 0 || stack[0].getClassName().equals(Worker.class.getName()));
        return actor || error.getCause() instanceof SimLane.Crash || Fiber.isKilled(error.getCause());
    }

    private void strike() {
        left--;
        List<SimJvm> jvms = sim.jvms.alive();
        int dice = chance.below(100);
        if (dice < 50 && !jvms.isEmpty()) {
            chance.of(jvms).die("killed");
        } else if (dice < 62 && !jvms.isEmpty()) {
            freeze(chance.of(jvms));
        } else if (dice < 70 && !jvms.isEmpty()) {
            cutOff(chance.of(jvms));
        } else if (dice < 85) {
            crashWorker();
        } else {
            crashThread();
        }
    }

    private void freeze(SimJvm jvm) {
        long nanos = chance.between(2_000, 25_000) * 1_000_000L;
        jvm.freeze(nanos);
        takes(nanos);
    }

    private void cutOff(SimJvm jvm) {
        long nanos = chance.millis(500, 25_000);
        sim.link.cut(jvm, nanos);
        takes(nanos);
    }

    private void takes(long nanos) {
        left++;
        sim.world.after(nanos, () -> left--);
    }

    /** The actor throws, while its thread may be in the midst of a task. */
    private void crashWorker() {
        List<ActorRef> workers = new ArrayList<>();
        for (ActorRef node : sim.nodes()) {
            workers.addAll(CollectionConverters.asJava(
                    ((ActorRefWithCell) node).children().toSeq()));
        }
        if (!workers.isEmpty()) {
            ActorRef worker = chance.of(workers);
            sim.world.tell(worker.path().toStringWithoutAddress() + " crashes");
            takes(LONGEST_PAUSE_NANOS);
            worker.tell(new Worker.Apply(null, null, 0, null, null), ActorRef.noSender());
        }
    }

    /** Between two commands; what user code throws does not come so far. */
    private void crashThread() {
        List<SimLane> lanes = sim.lanes().stream().filter(SimLane::isWorker).toList();
        if (!lanes.isEmpty()) {
            SimLane lane = chance.of(lanes);
            sim.world.tell(lane.fiber().name() + " crashes");
            takes(LONGEST_PAUSE_NANOS);
            lane.fiber().doom(new SimLane.Crash());
        }
    }
}
