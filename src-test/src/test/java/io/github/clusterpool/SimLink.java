package io.github.clusterpool;

import io.github.clusterpool.sim.Chance;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The network between a pool's supervisor and its worker JVMs: an actor stands in for each end at the other. */
final class SimLink {
    private final Simulation sim;
    private final Chance chance;
    private final PoolSerializer serializer;
    private final Map<ActorRef<?>, ActorRef<?>> ways = new HashMap<>();
    private final Map<SimJvm, ActorRef<PoolSupervisor.Command>> supervisors = new HashMap<>();
    private final Map<Long, Map<Integer, Integer>> attempts = new HashMap<>();
    private int count;

    SimLink(Simulation sim) {
        this.sim = sim;
        this.chance = sim.world.chance();
        this.serializer = new PoolSerializer((ExtendedActorSystem) Adapter.toClassic(sim.world.system()));
    }

    /** How a JVM sees the supervisor. */
    ActorRef<PoolSupervisor.Command> toSupervisor(SimJvm jvm, ActorRef<PoolSupervisor.Command> supervisor) {
        return supervisors.computeIfAbsent(jvm, each -> way(jvm, supervisor, true));
    }

    /** The last attempt at a task that was sent to a worker JVM. */
    int lastAttempt(long job, int index) {
        return attempts.getOrDefault(job, Map.of()).getOrDefault(index, 0);
    }

    private <T> ActorRef<T> way(SimJvm jvm, ActorRef<T> target, boolean outOfJvm) {
        long[] free = new long[1];
        ActorRef<Object> stand = sim.spawn(
                Behaviors.receiveMessage(message -> {
                    if (!outOfJvm || !jvm.isDead()) {
                        carry(jvm, message, target, free);
                    }
                    return Behaviors.same();
                }),
                "net-" + ++count);
        return stand.unsafeUpcast();
    }

    /** What is on its way arrives, also when its sender has died meanwhile. */
    private <T> void carry(SimJvm jvm, Object message, ActorRef<T> target, long[] free) {
        Object carried = withWays(jvm, sim.plan.asBytes() ? copied(message) : message);
        long arrival = sim.world.now() + (chance.percent(50) ? 0 : chance.millis(0, 60));
        free[0] = Math.max(free[0], arrival);
        sim.world.after(free[0] - sim.world.now(), () -> target.unsafeUpcast().tell(carried));
    }

    private Object copied(Object message) {
        return serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message));
    }

    private Object withWays(SimJvm jvm, Object message) {
        if (message instanceof PoolSupervisor.NodeUp up) {
            return new PoolSupervisor.NodeUp(up.ref(), up.token(), wayIn(jvm, up.host()), wayIn(jvm, up.replyTo()));
        }
        if (message instanceof NodeHost.StartWorker start) {
            return new NodeHost.StartWorker(start.pool(), start.ref(), toSupervisor(jvm, start.supervisor()));
        }
        return message;
    }

    @SuppressWarnings("unchecked") // the stand-in of an actor takes what the actor takes
    private <T> ActorRef<T> wayIn(SimJvm jvm, ActorRef<T> target) {
        return (ActorRef<T>) ways.computeIfAbsent(target, each -> way(jvm, target, false));
    }
}
