package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Owns one worker on a joined node, from the search for a slot to its end, and tells the supervisor of that end. */
final class JoinedWorker extends AbstractBehavior<JoinedWorker.Command> {
    /** Before it tries once more where another was faster. */
    private static final Duration AGAIN = Duration.ofMillis(200);

    /** A node that does not answer by then is perhaps cut off, and another is asked. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    sealed interface Command {}

    /** The door has taken this worker in, or not: another was faster; or it has it no more. */
    record Answered(ActorRef<NodeDoor.Command> door, long way, boolean taken) implements Command, PoolMessage {}

    record Placed(ActorRef<NodeDoor.Command> door, String node) implements Command {}

    /** That is the number of its way to the node. */
    record Led(ActorRef<NodeDoor.Command> door, long way) implements Command {}

    record NodeGone(String node) implements Command {}

    record NodeDrains(String node) implements Command {}

    /** Another node is emptier, if {@code elsewhere}; or another pool waits for this worker's slot. */
    record Go(boolean elsewhere) implements Command {}

    /** There are so many nodes with so many slots, and so many workers wait for one. */
    record Explained(int nodes, int fitting, int slots, int usedByOthers) implements Command {}

    private record FromPool(WorkerJvm.Command command) implements Command {}

    private record NoAnswer(ActorRef<NodeDoor.Command> door) implements Command {}

    private record TooLate() implements Command {}

    private record NoneFree() implements Command {}

    private final ClusterNodes nodes;
    private final WorkerRef ref;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final TimerScheduler<Command> timers;
    private @Nullable ActorRef<NodeDoor.Command> door;
    private long way;
    private boolean unanswered;
    private String node = "";
    private boolean drains;
    private boolean up;
    private String leaves = "";
    private boolean elsewhere;

    static Behavior<WorkerJvm.Command> create(
            ClusterNodes nodes, WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.setup(context -> {
            ActorRef<Command> worker = context.spawn(
                    Behaviors.setup(inner ->
                            Behaviors.withTimers(timers -> new JoinedWorker(inner, timers, nodes, ref, supervisor))),
                    "worker");
            context.watch(worker);
            return Behaviors.receive(WorkerJvm.Command.class)
                    .onAnyMessage(command -> {
                        worker.tell(new FromPool(command));
                        return Behaviors.same();
                    })
                    .onSignal(Terminated.class, ended -> Behaviors.stopped())
                    .build();
        });
    }

    private JoinedWorker(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ClusterNodes nodes,
            WorkerRef ref,
            ActorRef<PoolSupervisor.Command> supervisor) {
        super(context);
        this.nodes = nodes;
        this.ref = ref;
        this.supervisor = supervisor;
        this.timers = timers;
        timers.startSingleTimer("start", new TooLate(), nodes.patience());
        timers.startSingleTimer("slot", new NoneFree(), nodes.startTimeout());
        nodes.book().tell(new JoinedNodes.Place(context.getSelf()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Placed.class, this::onPlaced)
                .onMessage(Led.class, this::onLed)
                .onMessage(Answered.class, this::onAnswered)
                .onMessage(FromPool.class, this::onFromPool)
                .onMessage(NodeDrains.class, this::onNodeDrains)
                .onMessage(Go.class, this::onGo)
                .onMessage(NodeGone.class, this::onNodeGone)
                .onMessage(NoAnswer.class, this::onNoAnswer)
                .onMessage(NoneFree.class, this::onNoneFree)
                .onMessage(TooLate.class, this::onTooLate)
                .onMessage(Explained.class, this::onExplained)
                .onSignal(PostStop.class, stopped -> release())
                .build();
    }

    private Behavior<Command> onPlaced(Placed placed) {
        door = placed.door();
        node = placed.node();
        timers.cancel("slot");
        timers.startSingleTimer("start", new TooLate(), nodes.patience());
        supervisor.tell(new PoolSupervisor.WayAsked(
                ref, placed.door(), unanswered, getContext().getSelf()));
        unanswered = false;
        return this;
    }

    private Behavior<Command> onLed(Led led) {
        if (led.door().equals(door)) {
            way = led.way();
            led.door()
                    .tell(new NodeDoor.Host(
                            nodes.pool(),
                            led.way(),
                            ref,
                            nodes.newToken(ref),
                            nodes.configText(),
                            supervisor,
                            getContext().getSelf()));
            timers.startSingleTimer("answer", new NoAnswer(led.door()), ANSWER);
        }
        return this;
    }

    private Behavior<Command> onNoAnswer(NoAnswer none) {
        none.door().tell(new NodeDoor.Release(ref, way, supervisor));
        unanswered = true;
        nodes.book().tell(new JoinedNodes.Doubt(none.door()));
        return onAnswered(new Answered(none.door(), way, false));
    }

    private Behavior<Command> onAnswered(Answered answer) {
        if (!answer.door().equals(door) || answer.way() != way) {
            return this; // of a node that was asked before
        }
        if (up && !answer.taken()) {
            return end("was lost with all that its pool had on node " + node);
        }
        timers.cancel("answer");
        nodes.book().tell(new JoinedNodes.Settled(getContext().getSelf()));
        if (!answer.taken()) {
            door = null;
            timers.startSingleTimer("slot", new NoneFree(), nodes.startTimeout());
            getContext()
                    .scheduleOnce(
                            AGAIN,
                            nodes.book(),
                            new JoinedNodes.Place(getContext().getSelf()));
        }
        return this;
    }

    private Behavior<Command> onFromPool(FromPool from) {
        if (from.command() instanceof WorkerJvm.Reported) {
            timers.cancel("answer"); // its node was faster than its door
            nodes.book().tell(new JoinedNodes.Settled(getContext().getSelf()));
        } else if (from.command() instanceof WorkerJvm.Joined) {
            timers.cancel("start");
            up = true;
            if (!leaves.isEmpty()) {
                leave(leaves, elsewhere); // it was told before it could
            }
        } else if (from.command() instanceof WorkerJvm.Stop stop) {
            if (stop.force() && door != null) {
                nodes.book().tell(new JoinedNodes.Doubt(door));
            }
            return end("ended as it was told to");
        }
        return this;
    }

    private Behavior<Command> onNodeDrains(NodeDrains leaving) {
        if (!drains) {
            drains = true;
            leave("left with node " + leaving.node() + ", which drains", true);
        }
        return this;
    }

    private void leave(String why, boolean forAnother) {
        leaves = why;
        elsewhere = forAnother;
        if (up) {
            supervisor.tell(new PoolSupervisor.WorkerLeaves(ref, new Death(why), forAnother));
        }
    }

    private Behavior<Command> onGo(Go go) {
        leave(
                go.elsewhere()
                        ? "moves from node " + node + " to one that is emptier"
                        : "has given its slot on node " + node + " to a pool that had less than its share",
                go.elsewhere());
        return this;
    }

    private Behavior<Command> onNodeGone(NodeGone gone) {
        door = null;
        return end("was lost with node " + gone.node() + ", which has left the cluster or cannot be reached");
    }

    private Behavior<Command> onTooLate(TooLate late) {
        if (door != null) {
            Duration all = nodes.startTimeout();
            return end("did not come up on node " + node + " within clusterpool.cluster.start-timeout (" + all + ")");
        }
        return this;
    }

    private Behavior<Command> onNoneFree(NoneFree none) {
        nodes.book().tell(new JoinedNodes.Explain(getContext().getSelf()));
        return this;
    }

    private Behavior<Command> onExplained(Explained there) {
        String why = Messages.noSlot(nodes.size(), there, nodes.config().cluster());
        supervisor.tell(new PoolSupervisor.NoSlot(ref, new Death(why)));
        return Behaviors.stopped();
    }

    private Behavior<Command> end(String reason) {
        supervisor.tell(new PoolSupervisor.WorkerGone(ref, new Death(reason)));
        return Behaviors.stopped();
    }

    private Behavior<Command> release() {
        if (door != null) {
            door.tell(new NodeDoor.Release(ref, way, supervisor));
        }
        return this;
    }
}
