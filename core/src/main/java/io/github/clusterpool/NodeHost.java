package io.github.clusterpool;

import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.WorkerRef;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
    sealed interface Command extends PoolMessage {}

    record StartWorker(String pool, WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) implements Command {}

    record StopWorker(String pool, WorkerRef ref) implements Command {}

    record ApplyEntry(String pool, List<WorkerRef> refs, Entry entry, long floor) implements Command {}

    /**
     * A chunk to run.
     *
     * @param header null if this node knows the job
     * @param ended jobs this node need not know any more
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
            byte[] arguments)
            implements Command {}

    record CancelJob(String pool, WorkerRef ref, long job) implements Command {}

    private record WorkerEnded(String pool, WorkerRef ref) implements Command {}

    private record SupervisorGone(String pool) implements Command {}

    /** What this node keeps for one pool. */
    private static final class Hosted {
        final ActorRef<PoolSupervisor.Command> supervisor;
        final Map<Integer, Tenant> workers = new LinkedHashMap<>();
        final Map<Long, JobCode> jobs = new HashMap<>();

        Hosted(ActorRef<PoolSupervisor.Command> supervisor) {
            this.supervisor = supervisor;
        }
    }

    private record Tenant(WorkerRef ref, ActorRef<Worker.Command> actor) {}

    private final PoolConfig config;
    private final ClassLoader loader;
    private final String node;
    private final Map<String, Hosted> pools = new HashMap<>();

    static Behavior<Command> create(PoolConfig config, ClassLoader loader) {
        return Behaviors.setup(context -> new NodeHost(context, config, loader));
    }

    private NodeHost(ActorContext<Command> context, PoolConfig config, ClassLoader loader) {
        super(context);
        this.config = config;
        this.loader = loader;
        this.node = context.getSystem().address().toString();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(RunChunk.class, this::onRunChunk)
                .onMessage(ApplyEntry.class, this::onApplyEntry)
                .onMessage(StartWorker.class, this::onStartWorker)
                .onMessage(StopWorker.class, this::onStopWorker)
                .onMessage(CancelJob.class, this::onCancelJob)
                .onMessage(WorkerEnded.class, this::onWorkerEnded)
                .onMessage(SupervisorGone.class, this::onSupervisorGone)
                .build();
    }

    private Behavior<Command> onStartWorker(StartWorker start) {
        Hosted hosted = pools.computeIfAbsent(start.pool(), pool -> host(pool, start.supervisor()));
        int id = start.ref().worker();
        Tenant known = hosted.workers.get(id);
        if (known != null && known.ref().equals(start.ref())) {
            return this; // said twice
        }
        stop(hosted, id);
        ActorRef<Worker.Command> actor = getContext()
                .spawnAnonymous(Worker.create(
                        new Worker.Identity(start.pool(), start.ref(), node, start.supervisor()), config, loader));
        getContext().watchWith(actor, new WorkerEnded(start.pool(), start.ref()));
        hosted.workers.put(id, new Tenant(start.ref(), actor));
        return this;
    }

    private Hosted host(String pool, ActorRef<PoolSupervisor.Command> supervisor) {
        if (!supervisor.path().address().hasGlobalScope()) {
            getContext().watchWith(supervisor, new SupervisorGone(pool));
        }
        return new Hosted(supervisor);
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
        if (header != null) {
            hosted.jobs.put(chunk.job(), new JobCode(header));
        }
        JobCode code = hosted.jobs.get(chunk.job());
        Tenant tenant = tenant(hosted, chunk.ref());
        if (tenant != null && code != null) {
            tenant.actor().tell(new Worker.Run(chunk, code));
        }
        return this;
    }

    private Behavior<Command> onApplyEntry(ApplyEntry apply) {
        Hosted hosted = pools.get(apply.pool());
        for (WorkerRef ref : apply.refs()) {
            Tenant tenant = tenant(hosted, ref);
            if (tenant != null) {
                tenant.actor().tell(new Worker.Apply(ref, apply.entry(), apply.floor()));
            }
        }
        return this;
    }

    private Behavior<Command> onCancelJob(CancelJob cancel) {
        Tenant tenant = tenant(pools.get(cancel.pool()), cancel.ref());
        if (tenant != null) {
            tenant.actor().tell(new Worker.Cancel(cancel.job()));
        }
        return this;
    }

    private Behavior<Command> onStopWorker(StopWorker stop) {
        Hosted hosted = pools.get(stop.pool());
        if (hosted != null && tenant(hosted, stop.ref()) != null) {
            stop(hosted, stop.ref().worker());
        }
        return this;
    }

    private static void stop(Hosted hosted, int worker) {
        Tenant tenant = hosted.workers.remove(worker);
        if (tenant != null) {
            tenant.actor().tell(new Worker.Stop());
        }
    }

    private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
        Hosted hosted = pools.get(ended.pool());
        if (hosted != null) {
            Tenant tenant = hosted.workers.get(ended.ref().worker());
            if (tenant != null && tenant.ref().equals(ended.ref())) {
                hosted.workers.remove(ended.ref().worker());
            }
            hosted.supervisor.tell(new PoolSupervisor.WorkerGone(ended.ref(), "ended"));
        }
        return this;
    }

    private Behavior<Command> onSupervisorGone(SupervisorGone gone) {
        Hosted hosted = pools.remove(gone.pool());
        if (hosted != null) {
            hosted.workers.values().forEach(tenant -> tenant.actor().tell(new Worker.Stop()));
        }
        return this;
    }

    /** The worker of that start; it may be in a later life than {@code ref}, and sorts that out itself. */
    private static @Nullable Tenant tenant(@Nullable Hosted hosted, WorkerRef ref) {
        Tenant tenant = hosted == null ? null : hosted.workers.get(ref.worker());
        return tenant != null && tenant.ref().isSameStart(ref) ? tenant : null;
    }
}
