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

/** A worker on a node, as a pool sees it, that takes no time and has no thread: it answers all that it is told. */
final class ScaleWorker extends AbstractBehavior<Object> {
    /** It is to be that worker. */
    record Take(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {}

    private record Beat() {}

    private final TimerScheduler<Object> timers;
    private final String name;
    private final Duration heartbeat;
    private final IntFunction<byte[]> outcomes;
    private WorkerRef ref;
    private ActorRef<PoolSupervisor.Command> supervisor;
    private long received;
    private long sent;

    /** With {@code outcomes} of so many tasks. */
    static Behavior<Object> create(String name, Duration heartbeat, IntFunction<byte[]> outcomes) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ScaleWorker(context, timers, name, heartbeat, outcomes)));
    }

    private ScaleWorker(
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
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(NodeHost.FromPool.class, this::onFromPool)
                .onMessage(Take.class, this::onTake)
                .onMessage(Beat.class, this::onBeat)
                .onAnyMessage(other -> this)
                .build();
    }

    private Behavior<Object> onTake(Take take) {
        ref = take.ref();
        supervisor = take.supervisor();
        timers.startTimerWithFixedDelay("beat", new Beat(), heartbeat);
        ActorRef<Object> self = getContext().getSelf();
        supervisor.tell(new PoolSupervisor.NodeUp(ref, "", self.narrow(), self.narrow(), self.narrow()));
        return this;
    }

    private Behavior<Object> onBeat(Beat beat) {
        ActorRef<NodeHost.Command> host = getContext().getSelf().narrow();
        supervisor.tell(new PoolSupervisor.NodeBeat(ref, System.nanoTime(), received, sent, host));
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
            tell(new PoolSupervisor.WorkerApplied(ref, apply.entry().epoch(), false, "", outcomes.apply(1)));
        } else if (numbered.message() instanceof NodeHost.StartWorker start) {
            tell(new PoolSupervisor.WorkerUp(start.ref(), name, 1));
        }
        return this;
    }

    private void tell(PoolSupervisor.FromWorker message) {
        supervisor.tell(new PoolSupervisor.FromNode(++sent, message));
    }
}
