package io.github.clusterpool;

import io.github.clusterpool.net.PoolKey;
import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Slices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * A short life of a worker JVM, so that the archive holds the classes of a real one: joins over the network, takes over
 * state, runs a function and a script. Plays the pool's part, too, as a second ActorSystem of the same JVM.
 */
final class Training extends AbstractBehavior<PoolSupervisor.Command> {
    private static final PoolConfig CONFIG = PoolConfig.inProcess(1).name("training");
    private static final WorkerRef REF = new WorkerRef(1, 1L << 16);
    private static final long SECONDS = 60;
    private static final int LARGE = 300_000;

    private final Codec codec = new Codec(CONFIG, Training.class.getClassLoader());
    private final CompletableFuture<Void> done;
    private final ActorRef<BlobPort.Command> blobs;
    private @Nullable Downlink node;

    /** Returns when a worker has lived. */
    static void run() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        PoolKey key = PoolKey.random();
        ActorSystem<PoolSupervisor.Command> pool = ActorSystem.create(
                Behaviors.setup(context -> new Training(context, done)), "clusterpool", SystemConfig.workerJvm());
        try (Sockets sockets = Sockets.open(CONFIG, key);
                Transport node = Transport.open("node", sockets.next(), key, CONFIG)) {
            String driver = sockets.transport().name(pool);
            WorkerSetup setup = new WorkerSetup(CONFIG, REF, "", key, node.address(), driver, SystemConfig.workerJvm());
            ActorSystem<Greeter.Command> worker = ActorSystem.create(
                    Greeter.create(
                            setup.self(node.address()),
                            node.resolve(setup.supervisor()),
                            Training.class::getClassLoader,
                            Machine.real(),
                            new BlobFiles()),
                    "clusterpool-worker",
                    setup.system());
            try {
                done.get(SECONDS, TimeUnit.SECONDS);
            } finally {
                worker.terminate();
            }
        } finally {
            pool.terminate();
        }
    }

    private Training(ActorContext<PoolSupervisor.Command> context, CompletableFuture<Void> done) {
        super(context);
        this.done = done;
        this.blobs =
                context.spawn(BlobPort.create(CONFIG.threshold(), new BlobFiles()), BlobPort.NAME, BlobPort.props());
    }

    @Override
    public Receive<PoolSupervisor.Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(PoolSupervisor.NodeUp.class, this::onNodeUp)
                .onMessage(PoolSupervisor.NodeBeat.class, this::onNodeBeat)
                .onMessage(PoolSupervisor.FromNode.class, this::onFromNode)
                .onMessage(PoolSupervisor.WorkerUp.class, this::onWorkerUp)
                .onMessage(PoolSupervisor.WorkerApplied.class, this::onWorkerApplied)
                .onMessage(PoolSupervisor.WorkerAnswered.class, this::onWorkerAnswered)
                .build();
    }

    private Behavior<PoolSupervisor.Command> onNodeUp(PoolSupervisor.NodeUp up) {
        blobs.tell(new BlobPort.Connect(up.blobs()));
        up.replyTo().tell(new Greeter.Welcome(up.ref(), blobs));
        if (node == null) {
            node = new Downlink(up.host(), true);
            tell(new NodeHost.StartWorker(
                    CONFIG.name(),
                    REF,
                    getContext().getSelf(),
                    getContext().getSystem().ignoreRef(),
                    DriverLog.OFF,
                    null));
        }
        return this;
    }

    private void tell(NodeHost.ForPool message) {
        if (node != null) {
            node.tell(message);
        }
    }

    private Behavior<PoolSupervisor.Command> onNodeBeat(PoolSupervisor.NodeBeat beat) {
        if (node != null) {
            node.tellAside(new NodeHost.LeaseRenewed(CONFIG.name(), beat.sentNanos()));
        }
        return this;
    }

    private Behavior<PoolSupervisor.Command> onFromNode(PoolSupervisor.FromNode numbered) throws Exception {
        return receive(getContext(), numbered.message());
    }

    private Behavior<PoolSupervisor.Command> onWorkerUp(PoolSupervisor.WorkerUp up) {
        byte[] large = new BlobLink(blobs, CONFIG.threshold()).content(codec.value("large", new byte[LARGE]));
        apply(new Entry.Export(1, Map.of("x", codec.value("x", 42), "large", large)));
        apply(new Entry.Evalq(2, codec.evalq("y = x * 2")));
        return this;
    }

    private void apply(Entry entry) {
        tell(new NodeHost.ApplyEntry(CONFIG.name(), List.of(REF), entry, 0, new Classes(0, null)));
    }

    private Behavior<PoolSupervisor.Command> onWorkerApplied(PoolSupervisor.WorkerApplied applied) {
        if (applied.epoch() == 2) {
            Work work = codec.lapply(List.of(1, 2), i -> i + 1, JobOptions.defaults());
            Slices args = work.arguments();
            JobHeader header = new JobHeader(
                    work.function(),
                    1,
                    args.types(),
                    false,
                    0,
                    new byte[0],
                    "training",
                    0,
                    null,
                    new Classes(0, null),
                    1);
            tell(new NodeHost.RunChunk(
                    CONFIG.name(), REF, 1, 1, header, new long[0], 0, 2, 1, 2, 2, false, args.cut(0, 2)));
        }
        return this;
    }

    private Behavior<PoolSupervisor.Command> onWorkerAnswered(PoolSupervisor.WorkerAnswered answer) {
        if (answer.answer().failed() > 0) {
            done.completeExceptionally(new IllegalStateException("the training task failed"));
        } else {
            done.complete(null);
        }
        return this;
    }
}
