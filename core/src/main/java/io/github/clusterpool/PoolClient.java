package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A pool as its callers' side sees it: sends jobs to the supervisor and hears how they go, on the supervisor's thread; or, for
 * a task of the pool itself, by way of its worker.
 */
final class PoolClient {
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    /** Of clients in the pool's own JVM, whose jobs are nobody else's. */
    private static final String NO_SESSION = "of-this-jvm-only";

    private record SupervisorGone() {}

    private final String pool;
    private final Consumer<PoolSupervisor.Command> supervisor;
    private final ActorRef<JobEvent> replies;
    private final @Nullable ClassOrigins origins; // null in a task
    private final String session;
    private final AtomicLong lastJob;
    private final Map<Long, LiveJob<?, ?>> jobs = new ConcurrentHashMap<>();
    private final Executor callbacks;
    private final Spinning spinning = new Spinning();
    private volatile PoolStatus status;
    private volatile boolean closed;
    private volatile String lost = "";

    PoolClient(ActorSystem<?> system, String pool, ActorRef<PoolSupervisor.Command> supervisor, ClassOrigins origins) {
        this.pool = pool;
        this.supervisor = supervisor::tell;
        this.origins = origins;
        this.lastJob = new AtomicLong();
        this.session = NO_SESSION;
        this.status = PoolStatus.none(pool);
        Callbacks own = new Callbacks(system, pool);
        this.callbacks = own;
        String name = "clusterpool-" + pool + "-client-" + CLIENTS.incrementAndGet();
        ActorRef<SupervisorGone> watch = system.systemActorOf(
                watch(supervisor, own), name, Props.empty().withDispatcherFromConfig(Pools.DISPATCHER));
        this.replies = new NearRef<>(watch.path(), this::onEventOfPool);
    }

    /** Of a pool on another member of the cluster, which is reached by {@code way}; it tells by {@link #onEvent}. */
    static PoolClient elsewhere(
            ActorSystem<?> system,
            PoolStatus status,
            Consumer<PoolSupervisor.Command> way,
            ClassOrigins origins,
            String session) {
        return new PoolClient(
                status,
                way,
                system.ignoreRef(),
                new AtomicLong(),
                new Callbacks(system, status.name()),
                origins,
                session);
    }

    /**
     * For a task, which hears by {@link #onEvent}.
     *
     * @param way takes its messages
     * @param nobody stands in them for whom to answer
     * @param lastJob numbers its jobs
     */
    PoolClient(
            PoolStatus status,
            Consumer<PoolSupervisor.Command> way,
            ActorRef<JobEvent> nobody,
            AtomicLong lastJob,
            Executor callbacks) {
        this(status, way, nobody, lastJob, callbacks, null, NO_SESSION);
    }

    private PoolClient(
            PoolStatus status,
            Consumer<PoolSupervisor.Command> way,
            ActorRef<JobEvent> nobody,
            AtomicLong lastJob,
            Executor callbacks,
            @Nullable ClassOrigins origins,
            String session) {
        this.pool = status.name();
        this.supervisor = way;
        this.replies = nobody;
        this.origins = origins;
        this.session = session;
        this.lastJob = lastJob;
        this.status = status;
        this.callbacks = callbacks;
    }

    private Behavior<SupervisorGone> watch(ActorRef<PoolSupervisor.Command> supervisor, Callbacks own) {
        return Behaviors.setup(context -> {
            context.watchWith(supervisor, new SupervisorGone());
            return Behaviors.receive(SupervisorGone.class)
                    .onMessage(SupervisorGone.class, gone -> Behaviors.stopped())
                    .onSignal(PostStop.class, stopped -> {
                        onStopped();
                        own.shutdown();
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private void onEventOfPool(JobEvent event) {
        try {
            onEvent(event);
        } catch (RuntimeException e) { // the supervisor has others to serve
            threw("what the pool said of a job", e);
        }
    }

    void onEvent(JobEvent event) {
        if (event instanceof JobEvent.Ended ended) {
            status = ended.status();
        }
        LiveJob<?, ?> job = jobs.get(event.job());
        if (job != null && job.add(event)) {
            jobs.remove(event.job());
        }
    }

    /** With the supervisor or the ActorSystem gone, nobody answers any more. */
    private void onStopped() {
        onLost(Messages.poolClosed(pool));
    }

    void onLost(String reason) {
        lost = reason;
        closed = true;
        jobs.values().forEach(this::refuse);
        jobs.clear();
    }

    /** The task is over, and with it what has not ended. */
    void endTask() {
        closed = true;
        jobs.values().forEach(LiveJob::cancel);
    }

    private void refuse(LiveJob<?, ?> job) {
        job.refuse(new PoolClosedException(origins == null ? Messages.taskOver(pool) : lost));
    }

    String session() {
        return session;
    }

    String pool() {
        return pool;
    }

    /** A last word of the pool may come when it is lost already. */
    PoolStatus status() {
        return lost.isEmpty() ? status : PoolStatus.none(pool);
    }

    void learn(PoolStatus now) {
        status = now;
    }

    /**
     * Sends a job.
     *
     * @param command makes the message, given the job's number
     * @param finish makes what the caller gets of the results in order
     */
    <T, R> ResultsJob<T, R> submit(
            LongFunction<PoolSupervisor.Command> command,
            Results<Object> results,
            Function<List<Object>, T> finish,
            @Nullable Consumer<Progress> listener) {
        LiveJob<T, R> job = new LiveJob<>(lastJob.incrementAndGet(), this, results, finish, listener);
        jobs.put(job.number(), job);
        if (closed) {
            jobs.remove(job.number());
            refuse(job);
        } else {
            send(command.apply(job.number()), job);
        }
        return job;
    }

    /** A task may not give all commands. */
    private void send(PoolSupervisor.Command command, LiveJob<?, ?> job) {
        try {
            supervisor.accept(command);
        } catch (RuntimeException e) {
            jobs.remove(job.number());
            throw e;
        }
    }

    /** The jobs that come now use other classes; those given before keep theirs. */
    void beginGeneration() {
        Object before = origins().nextGeneration();
        jobs.values().forEach(job -> job.keep(before));
    }

    ClassOrigins origins() {
        if (origins == null) {
            throw new IllegalStateException(Messages.notInATask("init and code"));
        }
        return origins;
    }

    ActorRef<JobEvent> replies() {
        return replies;
    }

    /**
     * For who waits for the one job there is; null if there are more, or many workers are at it, or somewhere else tasks wait
     * as this one does: they need the processors.
     *
     * @param tasks of that job; 0: one on each worker
     */
    @Nullable
    Spinning spinning(int tasks) {
        int workers = tasks == 0 ? status.size() : Math.min(tasks, status.size());
        return origins != null && Spinning.leavesRoomFor(workers) && jobs.size() == 1 ? spinning : null;
    }

    /** The job stays known until the pool says that nothing of it runs any more. */
    void cancel(LiveJob<?, ?> job) {
        supervisor.accept(new PoolSupervisor.Cancel(job.number(), replies));
    }

    /** Runs what may be slow, or somebody else's code, off the actor. */
    void callback(Runnable task) {
        callbacks.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                threw("a callback", e);
            }
        });
    }

    /** Somebody else's code did; nobody else shall notice. */
    void threw(String what, Throwable error) {
        LoggerFactory.getLogger("clusterpool." + pool).warn("pool '{}': {} threw", pool, what, error);
    }
}
