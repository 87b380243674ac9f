package io.github.clusterpool;

import io.github.clusterpool.sim.Chance;
import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The worker JVMs of a simulated pool. */
final class SimJvms implements WorkerJvms {
    private final Simulation sim;
    private final Chance chance;
    private final Map<Long, SimJvm> jvms = new LinkedHashMap<>();

    SimJvms(Simulation sim) {
        this.sim = sim;
        this.chance = sim.world.chance();
    }

    List<SimJvm> alive() {
        return jvms.values().stream().filter(jvm -> !jvm.isDead()).toList();
    }

    @Override
    public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.setup(context -> {
            boolean[] over = new boolean[1];
            SimJvm jvm = new SimJvm(sim, ref, sim.name("jvm-" + ref.start()), () -> {
                over[0] = true;
                tellEnd(ref, supervisor);
            });
            jvms.put(ref.start(), jvm);
            begin(jvm, supervisor);
            return owner(jvm, over);
        });
    }

    private void begin(SimJvm jvm, ActorRef<PoolSupervisor.Command> supervisor) {
        ActorRef<PoolSupervisor.Command> way = sim.link.toSupervisor(jvm, supervisor);
        if (!sim.plan.isCalm() && chance.percent(5)) {
            sim.world.after(chance.millis(10, 500), () -> jvm.die("did not come up"));
        } else {
            sim.world.after(chance.millis(100, 3_000), () -> jvm.boot(way));
        }
    }

    /** The driver hears of a JVM's end from the operating system, soon. */
    private void tellEnd(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        sim.world.after(
                chance.millis(0, 100),
                () -> supervisor.tell(new PoolSupervisor.WorkerGone(ref, new Death("(simulated) ended"))));
    }

    private Behavior<WorkerJvm.Command> owner(SimJvm jvm, boolean[] over) {
        Runnable joined = sim.world.after(
                sim.plan.config().processes().startTimeout().toNanos(), () -> jvm.die("did not report in time"));
        return Behaviors.receive(WorkerJvm.Command.class)
                .onMessage(WorkerJvm.Stop.class, stop -> {
                    long grace = stop.force() ? 0 : chance.millis(0, 2_000);
                    sim.world.after(grace, () -> jvm.die("was told to"));
                    return over[0] ? Behaviors.stopped() : Behaviors.same();
                })
                .onMessage(WorkerJvm.Reported.class, message -> Behaviors.same())
                .onMessage(WorkerJvm.Joined.class, message -> {
                    joined.run();
                    return Behaviors.same();
                })
                .build();
    }

    @Override
    public boolean isToken(WorkerRef ref, String token) {
        SimJvm jvm = jvms.get(ref.start());
        return jvm != null && jvm.token().equals(token);
    }
}
