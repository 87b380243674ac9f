package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.Dealing;
import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.WorkerRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * Knows on which node each of a pool's workers lives, starts and stops them there, and sends each node what it needs,
 * once.
 */
final class WorkerHosts {
    /** Ended jobs told in one message; the rest with the next. */
    private static final int MAX_ENDED = 1_000;

    /** What is known of one node. */
    private static final class Node {
        final Downlink link;
        final Set<Long> jobs = new HashSet<>();
        final List<Long> ended = new ArrayList<>();

        Node(Downlink link) {
            this.link = link;
        }
    }

    private final ActorContext<PoolSupervisor.Command> context;
    private final PoolConfig config;
    private final ActorRef<DriverLog.Line> log;
    private final Node own;
    private final @Nullable WorkerJvms launcher;
    private final @Nullable ActorRef<CodeServer.Command> code;

    /** By the epoch they began at. */
    private final TreeMap<Long, Long> generations = new TreeMap<>(Map.of(0L, 0L));

    private final Map<Long, Node> nodes = new HashMap<>();
    private final Set<WorkerRef> abandonedThreads = new HashSet<>();
    private final Map<Long, ActorRef<WorkerJvm.Command>> jvms = new LinkedHashMap<>();

    WorkerHosts(
            ActorContext<PoolSupervisor.Command> context,
            PoolConfig config,
            ActorRef<NodeHost.Command> ownHost,
            @Nullable WorkerJvms launcher) {
        this.context = context;
        this.config = config;
        this.log = context.spawn(DriverLog.create(config.name()), "log", DriverLog.props());
        this.own = new Node(new Downlink(ownHost, false));
        this.launcher = launcher;
        ClassOrigins origins = launcher == null ? null : launcher.origins();
        this.code = origins == null ? null : context.spawn(CodeServer.create(origins), "code", CodeServer.props());
    }

    /** From that epoch on, nodes use other classes. */
    void begin(long generation, long epoch) {
        generations.put(epoch, generation);
    }

    /** Of a generation that no task needs any more, a new worker may still be told what it is to forget again. */
    private long generation(long epoch) {
        Map.Entry<Long, Long> known = generations.floorEntry(epoch);
        return known == null ? generations.firstEntry().getValue() : known.getValue();
    }

    void start(WorkerRef ref) {
        if (launcher == null) {
            nodes.put(ref.start(), own);
            own.link.tell(startWorker(ref));
        } else {
            jvms.put(ref.start(), context.spawnAnonymous(launcher.start(ref, context.getSelf())));
        }
    }

    private NodeHost.StartWorker startWorker(WorkerRef ref) {
        int level = DriverLog.level(config.name(), ref.worker());
        return new NodeHost.StartWorker(config.name(), ref, context.getSelf(), log, level, code);
    }

    /** A worker JVM reports; only the one that was started for that worker has its token. */
    void joined(PoolSupervisor.NodeUp up) {
        long start = up.ref().start();
        if (launcher == null || !jvms.containsKey(start) || !launcher.isToken(up.ref(), up.token())) {
            context.getLog().warn("pool '{}': refused a node that claims to be worker {}", config.name(), up.ref());
            return;
        }
        up.replyTo().tell(new Greeter.Welcome());
        if (!nodes.containsKey(start)) {
            Node node = new Node(new Downlink(up.host(), true));
            nodes.put(start, node);
            launcher.trainOnce();
            node.link.tell(startWorker(up.ref()));
            jvms.get(start).tell(new WorkerJvm.Reported());
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
        Node node = nodes.get(beat.ref().start());
        if (node == null) {
            beat.host().tell(new NodeHost.StopWorker(config.name(), beat.ref()));
        }
        return node != null && node.link.counts(beat);
    }

    void renew(Effect.Renew renew) {
        Node node = nodes.get(renew.ref().start());
        if (node != null) {
            node.link.tellAside(new NodeHost.LeaseRenewed(config.name(), renew.sentNanos()));
        }
    }

    /** Where the messages of that start's node are put in order; null if that start is over. */
    @Nullable
    Inbox<PoolSupervisor.FromWorker> inbox(WorkerRef ref) {
        Node node = nodes.get(ref.start());
        return node == null ? null : node.link.inbox();
    }

    void stop(WorkerRef ref, boolean force) {
        ActorRef<WorkerJvm.Command> jvm = jvms.get(ref.start());
        Node node = nodes.get(ref.start());
        if (jvm != null) {
            jvm.tell(new WorkerJvm.Stop(force));
        } else if (node != null) {
            node.link.tell(new NodeHost.StopWorker(config.name(), ref));
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
        nodes.remove(ref.start());
        if (launcher != null) {
            launcher.forget(ref);
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
    void apply(Effect.Apply apply) {
        generations.headMap(generations.floorKey(apply.floor())).clear();
        long generation = generation(apply.entry().epoch());
        Map<Node, List<WorkerRef>> byNode = new LinkedHashMap<>();
        for (WorkerRef ref : apply.refs()) {
            Node node = nodes.get(ref.start());
            if (node != null) {
                byNode.computeIfAbsent(node, each -> new ArrayList<>()).add(ref);
            }
        }
        byNode.forEach((node, refs) ->
                node.link.tell(new NodeHost.ApplyEntry(config.name(), refs, apply.entry(), apply.floor(), generation)));
    }

    void run(Effect.Run run, Work work, String key) {
        Node node = nodes.get(run.ref().start());
        if (node == null) {
            return;
        }
        boolean first = node.jobs.add(run.job());
        JobHeader header = first
                ? new JobHeader(
                        run.job(),
                        work.function(),
                        work.arity(),
                        work.arguments().types(),
                        work.rules().eager(),
                        work.taskTimeoutNanos(),
                        work.retryOn(),
                        key,
                        work.firstIndex(),
                        work.seed(),
                        generation(run.epoch()))
                : null;
        node.link.tell(new NodeHost.RunChunk(
                config.name(),
                run.ref(),
                run.run(),
                run.job(),
                header,
                takeEnded(node),
                run.first(),
                run.count(),
                run.attempt(),
                run.epoch(),
                run.floor(),
                arguments(run, work)));
    }

    private static byte[] arguments(Effect.Run run, Work work) {
        boolean everyWorkerTheSame = work.rules().dealing() == Dealing.EVERY_WORKER;
        return everyWorkerTheSame
                ? work.arguments().bytes()
                : work.arguments().cut(run.first(), run.first() + run.count());
    }

    private static long[] takeEnded(Node node) {
        List<Long> some = node.ended.subList(0, Math.min(node.ended.size(), MAX_ENDED));
        long[] ended = some.stream().mapToLong(Long::longValue).toArray();
        some.clear();
        return ended;
    }

    void cancel(WorkerRef ref, long job) {
        Node node = nodes.get(ref.start());
        if (node != null) {
            node.link.tell(new NodeHost.CancelJob(config.name(), ref, job));
        }
    }

    void recall(Effect.Recall recall) {
        Node node = nodes.get(recall.ref().start());
        if (node != null) {
            node.link.tell(new NodeHost.RecallRuns(config.name(), recall.ref(), recall.runs()));
        }
    }

    /** Nodes hear of it with the next chunk they get. */
    void forget(long job) {
        Collection<Node> all = launcher == null ? List.of(own) : nodes.values();
        for (Node node : all) {
            if (node.jobs.remove(job)) {
                node.ended.add(job);
            }
        }
    }
}
