package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** One node of a {@link FaultyPool}: hosts a real worker, and is the only way there and back. */
final class FaultyNode extends AbstractBehavior<Object> {
    record Lose() {}

    record Freeze(Duration howLong) {}

    record Delay(Duration each) {}

    private record Thaw() {}

    private record ToPool(PoolSupervisor.Command message) {}

    private record ToNode(NodeHost.Command message) {}

    private record ToGreeter(Greeter.Command message) {}

    private record BlobsToNode(BlobPort.Command message) {}

    private record BlobsToPool(BlobPort.Command message) {}

    private record Arrived(Runnable delivery) {}

    private final WorkerRef ref;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final TimerScheduler<Object> timers;
    private final ActorRef<NodeHost.Command> wayIn;
    private final List<Runnable> held = new ArrayList<>();
    private final ActorRef<Greeter.Command> wayToGreeter;
    private final ActorRef<BlobPort.Command> blobsIn;
    private final ActorRef<BlobPort.Command> blobsOut;
    private ActorRef<NodeHost.Command> host;
    private ActorRef<Greeter.Command> greeter;
    private ActorRef<BlobPort.Command> blobsOfNode;
    private ActorRef<BlobPort.Command> blobsOfPool;
    private boolean frozen;
    private Duration delay;

    static Behavior<Object> create(
            PoolConfig config,
            Supplier<ClassLoader> loaders,
            WorkerRef ref,
            ActorRef<PoolSupervisor.Command> supervisor,
            Duration delay) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new FaultyNode(context, timers, config, loaders, ref, supervisor, delay)));
    }

    private FaultyNode(
            ActorContext<Object> context,
            TimerScheduler<Object> timers,
            PoolConfig config,
            Supplier<ClassLoader> loaders,
            WorkerRef ref,
            ActorRef<PoolSupervisor.Command> supervisor,
            Duration delay) {
        super(context);
        this.ref = ref;
        this.supervisor = supervisor;
        this.timers = timers;
        this.delay = delay;
        this.wayIn = context.messageAdapter(NodeHost.Command.class, ToNode::new);
        this.wayToGreeter = context.messageAdapter(Greeter.Command.class, ToGreeter::new);
        this.blobsIn = context.spawn(way(context, BlobsToNode::new), "blobs-in");
        this.blobsOut = context.spawn(way(context, BlobsToPool::new), "blobs-out");
        this.host = context.getSystem().ignoreRef();
        this.greeter = context.getSystem().ignoreRef();
        this.blobsOfNode = context.getSystem().ignoreRef();
        this.blobsOfPool = context.getSystem().ignoreRef();
        ActorRef<PoolSupervisor.Command> wayOut = context.messageAdapter(PoolSupervisor.Command.class, ToPool::new);
        Greeter.Self self = new Greeter.Self(
                config,
                ref.start(),
                new Greeter.Take(ref, ""),
                context.getSystem().address().toString());
        context.spawn(Greeter.create(self, wayOut, loaders, Machine.real(), new BlobFiles()), "greeter");
    }

    /** An adapter is for one kind of message only, and of these there are two. */
    private static Behavior<BlobPort.Command> way(
            ActorContext<Object> context, Function<BlobPort.Command, Object> wrap) {
        ActorRef<Object> self = context.getSelf();
        return Behaviors.receiveMessage(message -> {
            self.tell(wrap.apply(message));
            return Behaviors.same();
        });
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(ToPool.class, this::onToPool)
                .onMessage(ToNode.class, this::onToNode)
                .onMessage(ToGreeter.class, this::onToGreeter)
                .onMessage(BlobsToNode.class, this::onBlobsToNode)
                .onMessage(BlobsToPool.class, this::onBlobsToPool)
                .onMessage(Arrived.class, this::onArrived)
                .onMessage(Freeze.class, this::onFreeze)
                .onMessage(Thaw.class, this::onThaw)
                .onMessage(Delay.class, this::onDelay)
                .onMessage(Lose.class, lose -> end("was lost by its test"))
                .onMessage(WorkerJvm.Stop.class, stop -> end("ended as it was told to"))
                .onMessage(WorkerJvm.Joined.class, joined -> this)
                .build();
    }

    private Behavior<Object> onToPool(ToPool out) {
        PoolSupervisor.Command message = out.message();
        if (message instanceof PoolSupervisor.NodeUp up) {
            host = up.host();
            greeter = up.replyTo();
            blobsOfNode = up.blobs();
            message = new PoolSupervisor.NodeUp(up.ref(), up.token(), up.way(), wayIn, blobsIn, wayToGreeter);
        } else if (message instanceof PoolSupervisor.NodeBeat beat) {
            message = new PoolSupervisor.NodeBeat(
                    beat.way(), beat.sentNanos(), beat.received(), beat.sent(), wayToGreeter);
        }
        PoolSupervisor.Command carried = message;
        return carry(() -> supervisor.tell(carried));
    }

    private Behavior<Object> onToNode(ToNode in) {
        return carry(() -> host.tell(in.message()));
    }

    private Behavior<Object> onToGreeter(ToGreeter in) {
        Greeter.Command message = in.message();
        if (message instanceof Greeter.Welcome welcome) {
            blobsOfPool = welcome.blobs();
            message = new Greeter.Welcome(welcome.ref(), blobsOut);
        }
        Greeter.Command carried = message;
        return carry(() -> greeter.tell(carried));
    }

    private Behavior<Object> onBlobsToNode(BlobsToNode in) {
        return carry(() -> blobsOfNode.tell(in.message()));
    }

    private Behavior<Object> onBlobsToPool(BlobsToPool out) {
        return carry(() -> blobsOfPool.tell(out.message()));
    }

    private Behavior<Object> carry(Runnable delivery) {
        if (delay.isZero()) {
            return onArrived(new Arrived(delivery));
        }
        getContext().scheduleOnce(delay, getContext().getSelf(), new Arrived(delivery));
        return this;
    }

    private Behavior<Object> onArrived(Arrived arrived) {
        if (frozen) {
            held.add(arrived.delivery());
        } else {
            arrived.delivery().run();
        }
        return this;
    }

    private Behavior<Object> onFreeze(Freeze freeze) {
        frozen = true;
        timers.startSingleTimer("thaw", new Thaw(), freeze.howLong());
        return this;
    }

    private Behavior<Object> onThaw(Thaw thaw) {
        frozen = false;
        held.forEach(Runnable::run);
        held.clear();
        return this;
    }

    private Behavior<Object> onDelay(Delay changed) {
        delay = changed.each();
        return this;
    }

    private Behavior<Object> end(String reason) {
        supervisor.tell(new PoolSupervisor.WorkerGone(ref, new Death(reason)));
        return Behaviors.stopped();
    }
}
