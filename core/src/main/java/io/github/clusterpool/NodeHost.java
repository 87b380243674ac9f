package io.github.clusterpool;

import io.github.clusterpool.code.ClassCache;
import io.github.clusterpool.code.ShippedLoader;
import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Contents;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Hosts workers in this JVM for the pools that ask: one actor a JVM, and the only way from a pool to its workers here, so
 * that they all see what the pool sent in the order in which it was sent, and what they share crosses once.
 */
final class NodeHost extends AbstractBehavior<NodeHost.Command> {
    /** Of classes that came from the driver, for one pool. */
    private static final long CACHED_CLASS_BYTES = 32 * 1024 * 1024;

    sealed interface Command extends PoolMessage {}

    /** What a pool has to say to its workers here. */
    sealed interface ForPool extends Command {
        String pool();
    }

    /** From a pool in another JVM: its {@code number}-th message to this node. */
    record FromPool(long number, ForPool message) implements Command {}

    /** The answer to a sign of life. */
    record LeaseRenewed(String pool, long sentNanos) implements Command {}

    /**
     * Asks for a worker.
     *
     * @param log for what its tasks log at {@code logLevel} and above
     * @param code has the classes that this node lacks; null: nobody has
     */
    record StartWorker(
            String pool,
            WorkerRef ref,
            ActorRef<PoolSupervisor.Command> supervisor,
            ActorRef<DriverLog.Line> log,
            int logLevel,
            @Nullable ActorRef<CodeServer.Command> code)
            implements ForPool {}

    record StopWorker(String pool, WorkerRef ref) implements ForPool {}

    /** A change of state, which uses these classes. */
    record ApplyEntry(String pool, List<WorkerRef> refs, Entry entry, long floor, Classes classes) implements ForPool {}

    /**
     * A chunk to run.
     *
     * @param header null if this node knows the job
     * @param ended jobs this node need not know any more
     * @param lent begins at once, beside what its worker runs
     */
    record RunChunk(
            String pool,
            WorkerRef ref,
            long run,
            long job,
            @Nullable JobHeader header,
            long[] ended,
            int first,
            int count,
            int attempt,
            long epoch,
            long floor,
            boolean lent,
            byte[] arguments)
            implements ForPool {
        /** What its worker says of {@code answered} elements from {@code from} on. */
        PoolSupervisor.WorkerAnswered answer(
                int from, int answered, int failed, byte[] outcomes, Sequel sequel, long nanos) {
            return new PoolSupervisor.WorkerAnswered(
                    new Event.Answered(ref, run, job, attempt, from, answered, failed, outcomes, sequel, nanos));
        }
    }

    record CancelJob(String pool, WorkerRef ref, long job) implements ForPool {}

    /** That evalq is to stop, and to leave nothing behind, even if it has ended by now. */
    record StopEvalq(String pool, WorkerRef ref, long epoch) implements ForPool {}

    /** How a job goes that a task of that worker has given to the pool. */
    record TellTask(String pool, WorkerRef ref, JobEvent event) implements ForPool {}

    /** The pool has that blob, and needs it no more from here. */
    record BlobTaken(String pool, BlobRef blob) implements ForPool {}

    /** Asks for chunks that have not begun. */
    record RecallRuns(String pool, WorkerRef ref, long[] runs) implements ForPool {}

    private record BlobCame(String pool) implements Command {}

    private record WorkerEnded(String pool, WorkerRef ref) implements Command {}

    private record SupervisorGone(String pool) implements Command {}

    /** What this node keeps for one pool. */
    private static final class Hosted {
        final NodeLink link;
        final @Nullable NodeBlobs blobs;
        /** By the number of their start: the next start of a worker may come before the last one has gone. */
        final Map<Long, ActorRef<Worker.Command>> workers = new LinkedHashMap<>();

        final Map<Long, JobCode> jobs = new HashMap<>();

        /** By the server that has the classes, none for those of the pool's driver. */
        final Map<Optional<ActorRef<CodeServer.Command>>, Generations> generations = new HashMap<>();

        Hosted(NodeLink link, PoolConfig config) {
            this.link = link;
            BlobLink way = link.blobs();
            this.blobs = way == null ? null : new NodeBlobs(way, link.uplink(), config.blob(), link.sharesFiles());
        }

        Contents fetch(WorkerRef ref, Runnable came, byte[]... contents) {
            return blobs == null ? Contents.WHOLE : blobs.fetch(ref, came, contents);
        }
    }

    private final PoolConfig config;
    private final Supplier<ClassLoader> loaders;
    private final Machine machine;
    private final TaskClock clock;
    private final String node;
    private final Consumer<WorkerRef> onEnded;
    private final Map<String, Hosted> pools = new HashMap<>();

    /** For pools in this JVM; {@code loaders} gives what a generation decodes with. */
    static Behavior<Command> create(PoolConfig config, Supplier<ClassLoader> loaders, Machine machine) {
        return Behaviors.setup(context -> {
            TaskClock clock = machine.coarse().apply(context.getSystem());
            String node = context.getSystem().address().toString();
            return new NodeHost(context, config, node, loaders, machine, clock, ref -> {});
        });
    }

    /**
     * For one pool in another JVM, where this one is called {@code node}; {@code onEnded} is told of each worker that is not
     * here any more.
     */
    static Behavior<Command> create(
            PoolConfig config,
            String node,
            Supplier<ClassLoader> loaders,
            Machine machine,
            NodeLink link,
            Consumer<WorkerRef> onEnded) {
        return Behaviors.setup(context -> {
            TaskClock clock = machine.leased().apply(context.getSystem(), link.uplink()::sendHeld);
            NodeHost host = new NodeHost(context, config, node, loaders, machine, clock, onEnded);
            host.pools.put(config.name(), new Hosted(link, config));
            return host;
        });
    }

    private NodeHost(
            ActorContext<Command> context,
            PoolConfig config,
            String node,
            Supplier<ClassLoader> loaders,
            Machine machine,
            TaskClock clock,
            Consumer<WorkerRef> onEnded) {
        super(context);
        this.config = config;
        this.loaders = loaders;
        this.machine = machine;
        this.clock = clock;
        this.node = node;
        this.onEnded = onEnded;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromPool.class, this::onFromPool)
                .onMessage(LeaseRenewed.class, this::onLeaseRenewed)
                .onMessage(RunChunk.class, this::onRunChunk)
                .onMessage(ApplyEntry.class, this::onApplyEntry)
                .onMessage(StartWorker.class, this::onStartWorker)
                .onMessage(StopWorker.class, this::onStopWorker)
                .onMessage(CancelJob.class, this::onCancelJob)
                .onMessage(StopEvalq.class, this::onStopEvalq)
                .onMessage(RecallRuns.class, this::onRecallRuns)
                .onMessage(TellTask.class, this::onTellTask)
                .onMessage(BlobCame.class, this::onBlobCame)
                .onMessage(BlobTaken.class, this::onBlobTaken)
                .onMessage(WorkerEnded.class, this::onWorkerEnded)
                .onMessage(SupervisorGone.class, this::onSupervisorGone)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onFromPool(FromPool numbered) throws Exception {
        Hosted hosted = pools.get(numbered.message().pool());
        if (hosted != null) {
            Inbox<ForPool> inbox = hosted.link.inbox();
            inbox.put(numbered.number(), numbered.message());
            for (ForPool next = inbox.poll(); next != null; next = inbox.poll()) {
                receive(getContext(), next);
            }
        }
        return this;
    }

    private Behavior<Command> onLeaseRenewed(LeaseRenewed renewed) {
        Hosted hosted = pools.get(renewed.pool());
        if (hosted != null) {
            hosted.link.lease().renew(renewed.sentNanos());
        }
        return this;
    }

    private Behavior<Command> onStartWorker(StartWorker start) {
        Hosted hosted = pools.computeIfAbsent(start.pool(), pool -> host(pool, start.supervisor()));
        hosted.generations.computeIfAbsent(Optional.empty(), own -> new Generations(config, loaders(start.code())));
        hosted.workers.computeIfAbsent(start.ref().start(), number -> {
            NodeLink link = hosted.link;
            Worker.Identity identity = new Worker.Identity(
                    start.pool(),
                    start.ref(),
                    node,
                    link.uplink(),
                    link.lease(),
                    clock,
                    start.log(),
                    start.logLevel(),
                    getContext().getSystem());
            ActorRef<Worker.Command> worker = getContext().spawnAnonymous(Worker.create(identity, config, machine));
            getContext().watchWith(worker, new WorkerEnded(start.pool(), start.ref()));
            return worker;
        });
        return this;
    }

    private Supplier<ClassLoader> loaders(@Nullable ActorRef<CodeServer.Command> code) {
        if (code == null) {
            return loaders;
        }
        CodeClient client = new CodeClient(getContext(), code);
        ClassCache cache = new ClassCache(loaders.get(), client, CACHED_CLASS_BYTES);
        return () -> new ShippedLoader(cache);
    }

    private Codec codec(Hosted hosted, Classes classes) {
        return hosted.generations
                .computeIfAbsent(
                        Optional.ofNullable(classes.server()),
                        from -> new Generations(config, loaders(classes.server())))
                .codec(classes.generation());
    }

    private Hosted host(String pool, ActorRef<PoolSupervisor.Command> supervisor) {
        if (!supervisor.path().address().hasGlobalScope()) {
            getContext().watchWith(supervisor, new SupervisorGone(pool));
        }
        return new Hosted(NodeLink.local(supervisor, machine.nanos()), config);
    }

    private Behavior<Command> onRunChunk(RunChunk chunk) {
        Hosted hosted = pools.get(chunk.pool());
        if (hosted == null) {
            return this;
        }
        for (long job : chunk.ended()) {
            hosted.jobs.remove(job);
        }
        JobHeader header = chunk.header();
        if (header != null && !hosted.generations.isEmpty()) {
            Codec codec = codec(hosted, header.classes());
            Contents parts = fetch(hosted, chunk, header.function(), header.types(), header.retryOn());
            hosted.jobs.put(chunk.job(), new JobCode(header, codec, parts));
        }
        JobCode code = hosted.jobs.get(chunk.job());
        if (code != null) {
            Contents arguments = fetch(hosted, chunk, chunk.arguments());
            tell(hosted, chunk.ref(), new Worker.Run(chunk, code, arguments));
        }
        return this;
    }

    private Contents fetch(Hosted hosted, RunChunk chunk, byte[]... contents) {
        return hosted.fetch(chunk.ref(), cameFor(chunk), contents);
    }

    private Runnable cameFor(ForPool message) {
        ActorRef<Command> self = getContext().getSelf();
        return () -> self.tell(new BlobCame(message.pool()));
    }

    private Behavior<Command> onApplyEntry(ApplyEntry apply) {
        Hosted hosted = pools.get(apply.pool());
        if (hosted == null || hosted.generations.isEmpty()) {
            return this;
        }
        Codec codec = codec(hosted, apply.classes());
        try (Contents contents = hosted.fetch(apply.refs().get(0), cameFor(apply), contents(apply.entry()))) {
            for (WorkerRef ref : apply.refs()) {
                tell(hosted, ref, new Worker.Apply(ref, apply.entry(), apply.floor(), codec, contents.another()));
            }
        }
        return this;
    }

    private static byte[][] contents(Entry entry) {
        if (entry instanceof Entry.Export export) {
            return export.values().values().toArray(new byte[0][]);
        }
        return entry instanceof Entry.Evalq evalq ? new byte[][] {evalq.code()} : new byte[0][];
    }

    /** Whoever waited for it may go on. */
    private Behavior<Command> onBlobCame(BlobCame came) {
        Hosted hosted = pools.get(came.pool());
        if (hosted != null) {
            hosted.workers.values().forEach(worker -> worker.tell(new Worker.LookAtBlobs()));
        }
        return this;
    }

    private Behavior<Command> onBlobTaken(BlobTaken taken) {
        Hosted hosted = pools.get(taken.pool());
        BlobLink way = hosted == null ? null : hosted.link.blobs();
        if (way != null) {
            way.taken(taken.blob());
        }
        return this;
    }

    private Behavior<Command> onCancelJob(CancelJob cancel) {
        tell(pools.get(cancel.pool()), cancel.ref(), new Worker.Cancel(cancel.job()));
        return this;
    }

    private Behavior<Command> onStopEvalq(StopEvalq stop) {
        tell(pools.get(stop.pool()), stop.ref(), new Worker.StopEvalq(stop.ref(), stop.epoch()));
        return this;
    }

    private Behavior<Command> onRecallRuns(RecallRuns recall) {
        tell(pools.get(recall.pool()), recall.ref(), new Worker.Recall(recall.runs()));
        return this;
    }

    private Behavior<Command> onTellTask(TellTask told) {
        Hosted hosted = pools.get(told.pool());
        if (hosted != null) {
            byte[] content = told.event() instanceof JobEvent.Outcomes some ? some.bytes() : new byte[0];
            Contents contents = hosted.fetch(told.ref(), cameFor(told), content);
            tell(hosted, told.ref(), new Worker.Hear(told.ref(), told.event(), contents));
        }
        return this;
    }

    private Behavior<Command> onStopWorker(StopWorker stop) {
        Hosted hosted = pools.get(stop.pool());
        if (hosted != null && hosted.workers.containsKey(stop.ref().start())) {
            tell(hosted, stop.ref(), new Worker.Stop());
        } else {
            onEnded.accept(stop.ref());
        }
        return this;
    }

    private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
        Hosted hosted = pools.get(ended.pool());
        if (hosted != null) {
            hosted.workers.remove(ended.ref().start());
            hosted.link.uplink().tell(new PoolSupervisor.WorkerGone(ended.ref(), new Death("ended")));
        }
        onEnded.accept(ended.ref());
        return this;
    }

    private Behavior<Command> onSupervisorGone(SupervisorGone gone) {
        Hosted hosted = pools.remove(gone.pool());
        if (hosted != null) {
            hosted.workers.values().forEach(worker -> worker.tell(new Worker.Stop()));
        }
        return this;
    }

    private Behavior<Command> onPostStop() {
        clock.stop().run();
        for (Hosted hosted : pools.values()) {
            if (hosted.blobs != null) {
                hosted.blobs.close();
            }
        }
        return this;
    }

    /** The worker may be in a later life than {@code ref}, and sorts that out itself. */
    private static void tell(@Nullable Hosted hosted, WorkerRef ref, Worker.Command message) {
        ActorRef<Worker.Command> worker = hosted == null ? null : hosted.workers.get(ref.start());
        if (worker != null) {
            worker.tell(message);
        }
    }
}
