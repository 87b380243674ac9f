package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** A worker JVM of a simulation: it takes its time to come up, hosts a real node, and can be killed and frozen. */
final class SimJvm {
    private final Simulation sim;
    private final WorkerRef ref;
    private final String place;
    private final Runnable onEnd;
    private final List<SimLane> lanes = new ArrayList<>();
    private ActorRef<Greeter.Command> greeter;
    private boolean dead;

    SimJvm(Simulation sim, WorkerRef ref, String place, Runnable onEnd) {
        this.sim = sim;
        this.ref = ref;
        this.place = place;
        this.onEnd = onEnd;
    }

    String place() {
        return place;
    }

    String token() {
        return "token of " + place;
    }

    /** Its first actor; null while it is not up. */
    ActorRef<Greeter.Command> greeter() {
        return greeter;
    }

    boolean isDead() {
        return dead;
    }

    /** It is up and begins to work. */
    void boot(ActorRef<PoolSupervisor.Command> supervisor) {
        if (dead) {
            return;
        }
        sim.world.tell(place + " is up");
        Greeter.Take first = new Greeter.Take(ref, token());
        Greeter.Self self = new Greeter.Self(sim.plan.config(), ref.start(), first, place);
        Machine machine = new Machine(
                sim.world::now,
                system -> TaskClock.exact(sim.world::now),
                (system, atTicks) -> TaskClock.exact(sim.world::now),
                (name, loader, loop) -> {
                    SimLane lane = new SimLane(sim, this, name, loop);
                    lanes.add(lane);
                    return lane;
                });
        greeter =
                sim.spawnAt(Greeter.create(self, supervisor, () -> Simulation.LOADER, machine, new BlobFiles()), place);
    }

    /** Killed, or ended by itself: all that happens there happens no more. */
    void die(String reason) {
        if (dead) {
            return;
        }
        dead = true;
        sim.world.tell(place + " dies: " + reason);
        sim.world.thaw(place);
        lanes.forEach(lane -> lane.fiber().kill());
        if (greeter != null) {
            ((InternalActorRef) Adapter.toClassic(greeter)).stop();
        }
        onEnd.run();
    }

    /** Stands still for a while, as by SIGSTOP. */
    void freeze(long nanos) {
        if (!dead) {
            sim.world.tell(place + " is frozen");
            sim.world.freeze(place);
            sim.world.after(nanos, () -> {
                sim.world.tell(place + " thaws");
                sim.world.thaw(place);
            });
        }
    }
}
