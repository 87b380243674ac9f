package io.github.clusterpool;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;

/** Tells the pool that this node lives, and what has come through; from a thread of its own, that no work holds up. */
final class Heartbeat {
    private final long way;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final ActorRef<Greeter.Command> greeter;
    private final NodeLink link;
    private final Machine machine;
    private final TaskLane lane;
    private boolean started;

    Heartbeat(
            long way,
            ActorRef<PoolSupervisor.Command> supervisor,
            ActorRef<Greeter.Command> greeter,
            NodeLink link,
            Duration every,
            Machine machine) {
        this.way = way;
        this.supervisor = supervisor;
        this.greeter = greeter;
        this.link = link;
        this.machine = machine;
        this.lane = machine.lanes()
                .lane("clusterpool-heartbeat", Heartbeat.class.getClassLoader(), () -> goOn(every.toNanos()));
    }

    /** From now on; nothing happens if it goes already. */
    void start() {
        if (!started) {
            started = true;
            lane.start();
        }
    }

    void stop() {
        lane.interrupt();
    }

    private void goOn(long everyNanos) {
        try {
            while (true) {
                beat();
                lane.sleep(everyNanos);
            }
        } catch (InterruptedException e) {
            // the node ends
        }
    }

    private void beat() {
        supervisor.tell(new PoolSupervisor.NodeBeat(
                way, machine.nanos(), link.inbox().received(), link.uplink().sent(), greeter));
    }
}
