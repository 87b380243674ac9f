package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * Knows on which node each of a pool's workers lives, starts and stops them there, and sends each node what it needs,
 * once.
 */
final class WorkerHosts {
    private final ActorContext<PoolSupervisor.Command> context;
    private final PoolConfig config;
    private final ActorRef<DriverLog.Line> log;
    private final PoolNode own;
    private final @Nullable WorkerJvms launcher;
    private final BlobFiles files = new BlobFiles();
    private final Spread spread = new Spread();
    private final Consumer<WorkerRef> onBlobCame;
    private final @Nullable ActorRef<CodeServer.Command> code;

    /** By the epoch they began at. */
    private final TreeMap<Long, Long> generations = new TreeMap<>(Map.of(0L, 0L));

    /** Who has the classes of a change of state that a client elsewhere made, by its epoch. */
    private final TreeMap<Long, ActorRef<CodeServer.Command>> servers = new TreeMap<>();

    private final Map<Long, PoolNode> nodes = new HashMap<>();
    private final Map<Long, Arrivals> arrivals = new HashMap<>();
    private int size;
    private final Set<WorkerRef> abandonedThreads = new HashSet<>();
    private final Map<Long, ActorRef<WorkerJvm.Command>> jvms = new LinkedHashMap<>();

    WorkerHosts(
            ActorContext<PoolSupervisor.Command> context,
            PoolConfig config,
            ActorRef<NodeHost.Command> ownHost,
            @Nullable WorkerJvms launcher,
            Consumer<WorkerRef> onBlobCame) {
        this.context = context;
        this.config = config;
        this.log = context.spawn(DriverLog.create(config.name()), "log", DriverLog.props());
        this.own = new PoolNode(config, new Downlink(ownHost, false), null);
        this.launcher = launcher;
        this.onBlobCame = onBlobCame;
        ClassOrigins origins = launcher == null ? null : launcher.origins();
        this.code = origins == null ? null : context.spawn(CodeServer.create(origins), "code", CodeServer.props());
    }

    /** From that epoch on, nodes use other classes. */
    void begin(long generation, long epoch) {
        generations.put(epoch, generation);
    }

    /** The change of that epoch was made by a client with classes of its own; null: it was the pool's driver. */
    void usesClassesOf(long epoch, @Nullable ActorRef<CodeServer.Command> server) {
        if (server != null && !areOwnJvms()) {
            servers.put(epoch, server);
        } else {
            servers.remove(epoch);
        }
    }

    /** Of a generation that no task needs any more, a new worker may still be told what it is to forget again. */
    private long generation(long epoch) {
        Map.Entry<Long, Long> known = generations.floorEntry(epoch);
        return known == null ? generations.firstEntry().getValue() : known.getValue();
    }

    /** Of what the pool has decided, all that workers must hear of, but for chunks. */
    void carryOut(Effect effect) {
        if (effect instanceof Effect.Apply apply) {
            apply(apply);
        } else if (effect instanceof Effect.Renew renew) {
            renew(renew);
        } else if (effect instanceof Effect.CancelRuns cancel) {
            cancel(cancel.ref(), cancel.job());
        } else if (effect instanceof Effect.StopEvalq stop) {
            stopEvalq(stop);
        } else if (effect instanceof Effect.Recall recall) {
            recall(recall);
        } else if (effect instanceof Effect.Start start) {
            start(start.ref());
        } else if (effect instanceof Effect.Stop stop) {
            stop(stop.ref(), stop.force());
        }
    }

    private void start(WorkerRef ref) {
        if (launcher == null || ref.worker() <= config.localWorkers()) {
            nodes.put(ref.start(), own);
            own.link().tell(startWorker(ref, null));
        } else {
            jvms.put(ref.start(), context.spawnAnonymous(launcher.start(ref, context.getSelf())));
        }
    }

    private NodeHost.StartWorker startWorker(WorkerRef ref, @Nullable ActorRef<CodeServer.Command> code) {
        int level = DriverLog.level(config.name(), ref.worker());
        return new NodeHost.StartWorker(config.name(), ref, context.getSelf(), log, level, code);
    }

    /** A worker JVM reports; only the one that was started for that worker has its token. */
    void joined(PoolSupervisor.NodeUp up) {
        long start = up.ref().start();
        if (launcher == null || !jvms.containsKey(start) || !launcher.isToken(up.ref(), up.token())) {
            context.getLog().warn("pool '{}': refused a node that claims to be worker {}", config.name(), up.ref());
            fence(up.ref());
            return;
        }
        PoolNode known = nodes.get(start);
        PoolNode node = known == null ? join(up) : known;
        up.replyTo()
                .tell(new Greeter.Welcome(Objects.requireNonNull(node.blobs()).port()));
        if (known == null) {
            launcher.reported(up.ref());
            node.link().tell(startWorker(up.ref(), code));
            jvms.get(start).tell(new WorkerJvm.Reported());
        }
    }

    private boolean areOwnJvms() {
        return launcher != null && launcher.areOwnJvms();
    }

    private PoolNode join(PoolSupervisor.NodeUp up) {
        long start = up.ref().start();
        ActorRef<BlobPort.Command> port = context.spawn(
                BlobPort.create(config.threshold(), areOwnJvms() ? files : null, spread),
                BlobPort.name(up.ref()),
                BlobPort.props());
        port.tell(new BlobPort.Connect(up.blobs()));
        BlobLink blobs = new BlobLink(port, config.threshold());
        Downlink link = new Downlink(up.host(), true);
        PoolNode node = new PoolNode(config, link, blobs);
        nodes.put(start, node);
        arrivals.put(
                start,
                new Arrivals(config.name(), link, blobs, config.blob().maxSize(), () -> onBlobCame.accept(up.ref())));
        return node;
    }

    /** The pool is to have so many workers. */
    void sized(int workers) {
        if (launcher != null && workers != size) {
            size = workers;
            launcher.sized(workers, context.getSelf());
        }
    }

    /** Only now has a start succeeded: on the way here, too, a message may be lost. */
    void up(WorkerRef ref) {
        ActorRef<WorkerJvm.Command> jvm = jvms.get(ref.start());
        if (jvm != null) {
            jvm.tell(new WorkerJvm.Joined());
        }
    }

    /** Whether a sign of life counts. A start that is over is fenced off: it is told to end its worker at once. */
    boolean counts(PoolSupervisor.NodeBeat beat) {
        PoolNode node = nodes.get(beat.ref().start());
        if (node == null) {
            beat.host().tell(new NodeHost.StopWorker(config.name(), beat.ref()));
            fence(beat.ref());
        }
        return node != null && node.link().counts(beat);
    }

    private void fence(WorkerRef ref) {
        if (launcher != null) {
            launcher.fence(ref, context.getSelf());
        }
    }

    private void renew(Effect.Renew renew) {
        PoolNode node = nodes.get(renew.ref().start());
        if (node != null) {
            node.link().tellAside(new NodeHost.LeaseRenewed(config.name(), renew.sentNanos()));
        }
    }

    /** Where the messages of that start's node are put in order; null if that start is over. */
    @Nullable
    Inbox<PoolSupervisor.FromWorker> inbox(WorkerRef ref) {
        PoolNode node = nodes.get(ref.start());
        return node == null ? null : node.link().inbox();
    }

    /** Where the messages of that start's node become whole; null if that start is over. */
    @Nullable
    Arrivals arrivals(WorkerRef ref) {
        return arrivals.get(ref.start());
    }

    /** The node of that start has fetched a blob. */
    void taken(WorkerRef ref, BlobRef blob) {
        PoolNode node = nodes.get(ref.start());
        BlobLink blobs = node == null ? null : node.blobs();
        if (blobs != null) {
            blobs.taken(blob);
        }
    }

    private void stop(WorkerRef ref, boolean force) {
        ActorRef<WorkerJvm.Command> jvm = jvms.get(ref.start());
        PoolNode node = nodes.get(ref.start());
        if (jvm != null) {
            jvm.tell(new WorkerJvm.Stop(force));
        } else if (node != null) {
            node.link().tell(new NodeHost.StopWorker(config.name(), ref));
        }
    }

    void threadLeft(WorkerRef ref, boolean ended) {
        if (ended) {
            abandonedThreads.remove(ref);
        } else {
            abandonedThreads.add(ref);
        }
    }

    /** Threads that still run what nobody waits for. */
    int abandonedThreads() {
        return abandonedThreads.size();
    }

    /** That start is over; what is left of its JVM goes too. */
    void gone(WorkerRef ref) {
        PoolNode node = nodes.remove(ref.start());
        arrivals.remove(ref.start());
        ActorRef<?> port =
                node == null || node.blobs() == null ? null : node.blobs().port();
        if (port != null) {
            context.stop(port);
        }
        if (launcher != null) {
            launcher.forget(ref, port);
        }
        if (areOwnJvms()) {
            abandonedThreads.removeIf(each -> each.isSameStart(ref));
        }
        ActorRef<WorkerJvm.Command> jvm = jvms.remove(ref.start());
        if (jvm != null) {
            jvm.tell(new WorkerJvm.Stop(true));
        }
    }

    /** Without the pool no worker JVM has anything to do; workers in this JVM see for themselves that it is gone. */
    void stopAll() {
        jvms.values().forEach(jvm -> jvm.tell(new WorkerJvm.Stop(false)));
    }

    /** One message to each node that has some of the workers. */
    private void apply(Effect.Apply apply) {
        generations.headMap(generations.floorKey(apply.floor())).clear();
        servers.headMap(generations.firstKey()).clear();
        long epoch = apply.entry().epoch();
        Classes classes = new Classes(generation(epoch), servers.get(epoch));
        Map<PoolNode, List<WorkerRef>> byNode = new LinkedHashMap<>();
        for (WorkerRef ref : apply.refs()) {
            PoolNode node = nodes.get(ref.start());
            if (node != null) {
                byNode.computeIfAbsent(node, each -> new ArrayList<>()).add(ref);
            }
        }
        byNode.forEach((node, refs) -> node.apply(refs, apply.entry(), apply.floor(), classes));
    }

    /** With {@code server} for the classes of the client that gave the job; null: the pool's driver did. */
    void run(Effect.Run run, Work work, @Nullable ActorRef<CodeServer.Command> server, Clients.Key key, int poolSize) {
        PoolNode node = nodes.get(run.ref().start());
        if (node != null) {
            Classes classes = new Classes(generation(run.epoch()), areOwnJvms() ? null : server);
            node.run(run, work, key, classes, poolSize);
        }
    }

    void tellTask(WorkerRef ref, JobEvent event) {
        PoolNode node = nodes.get(ref.start());
        if (node != null) {
            node.tellTask(ref, event);
        }
    }

    private void cancel(WorkerRef ref, long job) {
        PoolNode node = nodes.get(ref.start());
        if (node != null) {
            node.link().tell(new NodeHost.CancelJob(config.name(), ref, job));
        }
    }

    private void stopEvalq(Effect.StopEvalq stop) {
        for (WorkerRef ref : stop.refs()) {
            PoolNode node = nodes.get(ref.start());
            if (node != null) {
                node.link().tell(new NodeHost.StopEvalq(config.name(), ref, stop.epoch()));
            }
        }
    }

    private void recall(Effect.Recall recall) {
        PoolNode node = nodes.get(recall.ref().start());
        if (node != null) {
            node.link().tell(new NodeHost.RecallRuns(config.name(), recall.ref(), recall.runs()));
        }
    }

    void forget(long job) {
        own.forget(job);
        new HashSet<>(nodes.values()).forEach(node -> node.forget(job));
    }
}
