package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.WorkerRef;
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
import org.slf4j.event.Level;

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
    private final KeptFiles kept;
    private final ExportFiles exports;
    private final Spread spread = new Spread();
    private final Consumer<WorkerRef> onBlobCame;
    private final @Nullable ActorRef<CodeServer.Command> code;

    /** By the epoch they began at. */
    private final TreeMap<Long, Long> generations = new TreeMap<>(Map.of(0L, 0L));

    /** Who has the classes of a change of state that a client elsewhere made, by its epoch. */
    private final TreeMap<Long, ActorRef<CodeServer.Command>> servers = new TreeMap<>();

    private final Map<Long, PoolNode> nodes = new HashMap<>();

    /** Who knows each job. */
    private final Map<Long, List<PoolNode>> told = new HashMap<>();

    private final Ways ways;
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
        KeptFiles ofCallers = launcher == null ? null : launcher.files();
        this.kept = ofCallers == null ? new KeptFiles() : ofCallers;
        this.exports = new ExportFiles(kept);
        this.ways = new Ways(config.name());
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
        } else if (effect instanceof Effect.Silent silent) {
            cutOff(silent.ref());
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
            if (areOwnJvms()) {
                ways.own(ref.start());
            }
            jvms.put(ref.start(), context.spawnAnonymous(launcher.start(ref, context.getSelf())));
        }
    }

    private NodeHost.StartWorker startWorker(WorkerRef ref, @Nullable ActorRef<CodeServer.Command> code) {
        int level = DriverLog.level(config.name(), ref.worker());
        return new NodeHost.StartWorker(config.name(), ref, context.getSelf(), log, level, code);
    }

    /**
     * A worker that has found a place shares the way there with the pool's others; it had none, or one to another node. Once it
     * has begun to live it never moves: who comes up twice under one start is taken for the same, and nobody tells the second
     * what the first was told.
     */
    void lead(PoolSupervisor.WayAsked asked) {
        long start = asked.ref().start();
        if (nodes.containsKey(start)) {
            Death late = new Death("reported from a node that had been given up for another");
            context.getSelf().tell(new PoolSupervisor.WorkerGone(asked.ref(), late));
        } else if (jvms.containsKey(start)) {
            if (asked.unanswered()) {
                ways.close(start);
            }
            leave(start);
            Way way = ways.to(asked.door(), start);
            asked.replyTo().tell(new JoinedWorker.Led(asked.door(), way.number()));
        }
    }

    /** A node reports for a worker; only the one that was asked to have that worker has its token. */
    void joined(PoolSupervisor.NodeUp up) {
        long start = up.ref().start();
        ActorRef<WorkerJvm.Command> owner = jvms.get(start);
        Way way = ways.of(start);
        if (launcher == null
                || owner == null
                || way == null
                || way.number() != up.way()
                || !launcher.isToken(up.ref(), up.token())) {
            boolean isLate =
                    way != null && way.number() != up.way(); // nobody knew whether it was there, and it has another
            context.getLog()
                    .atLevel(isLate ? Level.DEBUG : Level.WARN)
                    .log("pool '{}': refused a node that claims to be worker {}", config.name(), up.ref());
            up.replyTo().tell(ways.numbered(up.way()) == null ? new Greeter.Over() : new Greeter.Release(up.ref()));
            return;
        }
        if (!way.mayLeadTo(up.replyTo())) { // it is cut, or the node has begun anew and with other numbers
            up.replyTo().tell(new Greeter.Over());
            ways.cut(way);
            return;
        }
        PoolNode node = way.isConnected() ? Objects.requireNonNull(way.node()) : connect(way, up);
        BlobLink blobs = Objects.requireNonNull(node.blobs());
        up.replyTo().tell(new Greeter.Welcome(up.ref(), blobs.port()));
        if (nodes.putIfAbsent(start, node) == null) {
            way.welcome(up.ref(), arrivals(up.ref(), node.link(), blobs));
            launcher.reported(up.ref());
            node.link().tell(startWorker(up.ref(), code));
            owner.tell(new WorkerJvm.Reported());
        }
    }

    private boolean areOwnJvms() {
        return launcher != null && launcher.areOwnJvms();
    }

    private PoolNode connect(Way way, PoolSupervisor.NodeUp up) {
        ActorRef<BlobPort.Command> port = context.spawn(
                BlobPort.create(config.threshold(), areOwnJvms() ? files : null, spread),
                BlobPort.name(way.number()),
                BlobPort.props());
        port.tell(new BlobPort.Connect(up.blobs()));
        BlobLink blobs = new BlobLink(port, config.threshold(), kept);
        PoolNode node = new PoolNode(config, new Downlink(up.host(), true), blobs);
        way.connect(node, up.replyTo());
        return node;
    }

    /** Each worker's own: what waits for a large result of one does not hold up the others. */
    private Arrivals arrivals(WorkerRef ref, Downlink link, BlobLink blobs) {
        return new Arrivals(config.name(), link, blobs, config.blob().maxSize(), () -> onBlobCame.accept(ref));
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

    /** Whether a sign of life counts. Who comes by a way that is over is fenced off: all that is there is told to end. */
    boolean counts(PoolSupervisor.NodeBeat beat) {
        Way way = ways.numbered(beat.way());
        if (way == null || !way.mayLeadTo(beat.greeter())) {
            beat.greeter().tell(new Greeter.Over());
            return false;
        }
        return way.counts(beat);
    }

    /** For whom a sign of life is. */
    List<WorkerRef> workers(PoolSupervisor.NodeBeat beat) {
        Way way = ways.numbered(beat.way());
        return way == null ? List.of() : way.workers();
    }

    private void renew(Effect.Renew renew) {
        Way way = ways.of(renew.ref().start());
        if (way != null) {
            way.renew(renew.sentNanos());
        }
    }

    private void cutOff(WorkerRef ref) {
        Way way = ways.of(ref.start());
        if (way != null) {
            ways.cut(way);
        }
    }

    /** The way by which that comes; null if it is over. */
    @Nullable
    Way way(PoolSupervisor.FromNode numbered) {
        return ways.numbered(numbered.way());
    }

    /** Whether what that worker says by that way counts: not if it has another one now. Null is a way that is over. */
    boolean mayComeBy(@Nullable Way way, WorkerRef ref) {
        Way now = ways.of(ref.start());
        return now == null || now == way;
    }

    /** The next of what that worker has said that had to wait and need not any more; null if there is none. */
    PoolSupervisor.@Nullable FromWorker poll(WorkerRef ref) {
        Way way = ways.of(ref.start());
        return way == null ? null : way.poll(ref.start());
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
        ActorRef<?> port = leave(ref.start());
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

    /** That start has no place any more; gives the port that was for its way, if that is over with it. */
    private @Nullable ActorRef<?> leave(long start) {
        nodes.remove(start);
        Way way = ways.leave(start);
        PoolNode node = way == null || !way.isOver() ? null : way.node();
        if (way == null || node == null) {
            return null;
        }
        if (!areOwnJvms()) {
            way.end();
        }
        BlobLink blobs = Objects.requireNonNull(node.blobs());
        blobs.close();
        ActorRef<?> port = blobs.port();
        context.stop(port);
        return port;
    }

    /** Without the pool no worker JVM has anything to do; workers in this JVM see for themselves that it is gone. */
    void stopAll() {
        jvms.values().forEach(jvm -> jvm.tell(new WorkerJvm.Stop(false)));
        for (PoolNode node : nodes.values()) {
            if (node.blobs() != null) {
                node.blobs().close();
            }
        }
        exports.close();
    }

    /** The values that are in files alone. */
    ExportFiles exports() {
        return exports;
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
            if (node.run(run, work, key, classes, poolSize)) {
                told.computeIfAbsent(run.job(), job -> new ArrayList<>(1)).add(node);
            }
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
        List<PoolNode> those = told.remove(job);
        if (those != null) {
            those.forEach(node -> node.forget(job));
        }
    }
}
