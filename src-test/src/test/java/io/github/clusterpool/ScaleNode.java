package io.github.clusterpool;

import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** A node, as a pool sees it, whose workers take no time and have no threads: it answers all that they are told. */
final class ScaleNode extends AbstractBehavior<Object> {
    /** It is to have that worker. */
    record Take(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {}

    private record Beat() {}

    private final TimerScheduler<Object> timers;
    private final String name;
    private final Duration heartbeat;
    private final IntFunction<byte[]> outcomes;
    private final ActorRef<Object> self;
    private ActorRef<PoolSupervisor.Command> supervisor;
    private long way;
    private long received;
    private long sent;

    /** With {@code outcomes} of so many tasks. */
    static Behavior<Object> create(String name, Duration heartbeat, IntFunction<byte[]> outcomes) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ScaleNode(context, timers, name, heartbeat, outcomes)));
    }

    private ScaleNode(
            ActorContext<Object> context,
            TimerScheduler<Object> timers,
            String name,
            Duration heartbeat,
            IntFunction<byte[]> outcomes) {
        super(context);
        this.timers = timers;
        this.name = name;
        this.heartbeat = heartbeat;
        this.outcomes = outcomes;
        this.self = context.getSelf();
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(NodeHost.FromPool.class, this::onFromPool)
                .onMessage(Take.class, this::onTake)
                .onMessage(PoolSupervisor.NodeUp.class, this::onLed)
                .onMessage(Beat.class, this::onBeat)
                .onAnyMessage(other -> this)
                .build();
    }

    /** As the worker's owner at the pool would, it asks which way it has. */
    private Behavior<Object> onTake(Take take) {
        supervisor = take.supervisor();
        ActorRef<JoinedWorker.Command> worker = getContext()
                .spawnAnonymous(Behaviors.receive(JoinedWorker.Command.class)
                        .onMessage(JoinedWorker.Led.class, led -> {
                            self.tell(new PoolSupervisor.NodeUp(
                                    take.ref(), "", led.way(), self.narrow(), self.narrow(), self.narrow()));
                            return Behaviors.stopped();
                        })
                        .build());
        supervisor.tell(new PoolSupervisor.WayAsked(take.ref(), self.narrow(), false, worker));
        return this;
    }

    private Behavior<Object> onLed(PoolSupervisor.NodeUp up) {
        way = up.way();
        if (!timers.isTimerActive("beat")) {
            timers.startTimerWithFixedDelay("beat", new Beat(), heartbeat);
        }
        supervisor.tell(up);
        return this;
    }

    private Behavior<Object> onBeat(Beat beat) {
        supervisor.tell(new PoolSupervisor.NodeBeat(way, System.nanoTime(), received, sent, self.narrow()));
        return this;
    }

    private Behavior<Object> onFromPool(NodeHost.FromPool numbered) {
        received = numbered.number();
        if (numbered.message() instanceof NodeHost.RunChunk chunk) {
            tell(new PoolSupervisor.WorkerAnswered(new Event.Answered(
                    chunk.ref(),
                    chunk.run(),
                    chunk.job(),
                    chunk.attempt(),
                    chunk.first(),
                    chunk.count(),
                    0,
                    outcomes.apply(chunk.count()),
                    Sequel.DONE,
                    1_000L * chunk.count())));
        } else if (numbered.message() instanceof NodeHost.ApplyEntry apply) {
            apply.refs()
                    .forEach(ref -> tell(new PoolSupervisor.WorkerApplied(
                            ref, apply.entry().epoch(), false, "", outcomes.apply(1))));
        } else if (numbered.message() instanceof NodeHost.StartWorker start) {
            tell(new PoolSupervisor.WorkerUp(start.ref(), name, 1));
        }
        return this;
    }

    private void tell(PoolSupervisor.FromWorker message) {
        supervisor.tell(new PoolSupervisor.FromNode(way, ++sent, message));
    }
}
