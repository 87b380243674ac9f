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
    private final Map<SimJvm, Long> cutOff = new HashMap<>();
    private int count;
    private boolean healed;

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

    /** From now on everything arrives, once and in order. */
    void heal() {
        healed = true;
    }

    /** For so long nothing passes between that JVM and the supervisor. */
    void cut(SimJvm jvm, long nanos) {
        sim.world.tell(jvm.place() + " is cut off");
        cutOff.put(jvm, sim.world.now() + nanos);
    }

    /** What is on its way arrives, also when its sender has died meanwhile. */
    private <T> void carry(SimJvm jvm, Object message, ActorRef<T> target, long[] free) {
        note(message);
        Object carried = withWays(jvm, sim.plan.asBytes() ? copied(message) : message);
        if (sim.world.now() < cutOff.getOrDefault(jvm, 0L)) {
            return;
        }
        boolean bad = !healed && chance.below(1_000) < sim.plan.badMessagesInThousand();
        if (!bad) {
            long arrival = sim.world.now() + (chance.percent(50) ? 0 : chance.millis(0, 60));
            free[0] = Math.max(free[0], arrival);
            deliver(carried, target, free[0]);
        } else if (chance.percent(40)) {
            sim.world.tell("lost: " + message.getClass().getSimpleName() + " to "
                    + target.path().name());
        } else {
            deliverLate(carried, target);
            if (chance.percent(50)) {
                deliverLate(carried, target);
            }
        }
    }

    /** Past others, and perhaps once more. */
    private <T> void deliverLate(Object message, ActorRef<T> target) {
        deliver(message, target, sim.world.now() + chance.millis(0, 2_000));
    }

    private <T> void deliver(Object message, ActorRef<T> target, long at) {
        sim.world.after(at - sim.world.now(), () -> target.unsafeUpcast().tell(message));
    }

    private void note(Object message) {
        if (message instanceof NodeHost.FromPool numbered && numbered.message() instanceof NodeHost.RunChunk chunk) {
            Map<Integer, Integer> job = attempts.computeIfAbsent(chunk.job(), each -> new HashMap<>());
            for (int i = chunk.first(); i < chunk.first() + chunk.count(); i++) {
                job.merge(i, chunk.attempt(), Math::max);
            }
        }
    }

    private Object copied(Object message) {
        return serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message));
    }

    private Object withWays(SimJvm jvm, Object message) {
        if (message instanceof PoolSupervisor.NodeUp up) {
            return new PoolSupervisor.NodeUp(
                    up.ref(),
                    up.token(),
                    up.way(),
                    wayIn(jvm, up.host()),
                    wayIn(jvm, up.blobs()),
                    wayIn(jvm, up.replyTo()));
        }
        if (message instanceof Greeter.Welcome welcome) {
            return new Greeter.Welcome(welcome.ref(), wayOut(jvm, welcome.blobs()));
        }
        if (message instanceof PoolSupervisor.NodeBeat beat) {
            return new PoolSupervisor.NodeBeat(
                    beat.way(), beat.sentNanos(), beat.received(), beat.sent(), wayIn(jvm, beat.greeter()));
        }
        return message;
    }

    @SuppressWarnings("unchecked") // the stand-in of an actor takes what the actor takes
    private <T> ActorRef<T> wayIn(SimJvm jvm, ActorRef<T> target) {
        return (ActorRef<T>) ways.computeIfAbsent(target, each -> way(jvm, target, false));
    }

    @SuppressWarnings("unchecked") // as above
    private <T> ActorRef<T> wayOut(SimJvm jvm, ActorRef<T> target) {
        return (ActorRef<T>) ways.computeIfAbsent(target, each -> way(jvm, target, true));
    }
}
