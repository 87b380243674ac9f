package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

/** A pool as its callers' side sees it: sends jobs to the supervisor and hears, in one actor, how they go. */
final class PoolClient {
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    private record SupervisorGone() {}

    private final String pool;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final ActorRef<JobEvent> replies;
    private final ClassOrigins origins;
    private final AtomicLong lastJob = new AtomicLong();
    private final Map<Long, LiveJob<?, ?>> jobs = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor callbacks;
    private volatile PoolStatus status;
    private volatile boolean closed;

    PoolClient(ActorSystem<?> system, String pool, ActorRef<PoolSupervisor.Command> supervisor, ClassOrigins origins) {
        this.pool = pool;
        this.supervisor = supervisor;
        this.origins = origins;
        this.status = PoolStatus.none(pool);
        this.callbacks =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, pool + "-callback");
                    thread.setDaemon(true);
                    return thread;
                });
        String name = "clusterpool-" + pool + "-client-" + CLIENTS.incrementAndGet();
        this.replies = system.systemActorOf(listen(), name, Props.empty().withDispatcherFromConfig(Pools.DISPATCHER))
                .unsafeUpcast();
    }

    private Behavior<Object> listen() {
        return Behaviors.setup(context -> {
            context.watchWith(supervisor, new SupervisorGone());
            return Behaviors.receive(Object.class)
                    .onMessage(JobEvent.class, event -> {
                        onEvent(event);
                        return Behaviors.same();
                    })
                    .onMessage(SupervisorGone.class, gone -> Behaviors.stopped())
                    .onSignal(PostStop.class, stopped -> {
                        onStopped();
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private void onEvent(JobEvent event) {
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
        closed = true;
        status = PoolStatus.none(pool);
        jobs.values().forEach(this::refuse);
        jobs.clear();
        callbacks.shutdown();
    }

    private void refuse(LiveJob<?, ?> job) {
        job.refuse(new PoolClosedException(Messages.poolClosed(pool)));
    }

    String pool() {
        return pool;
    }

    PoolStatus status() {
        return status;
    }

    ActorRef<PoolSupervisor.Command> supervisor() {
        return supervisor;
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
        jobs.put(job.id(), job);
        if (closed) {
            jobs.remove(job.id());
            refuse(job);
        } else {
            supervisor.tell(command.apply(job.id()));
        }
        return job;
    }

    /** The jobs that come now use other classes; those given before keep theirs. */
    void beginGeneration() {
        Object before = origins.nextGeneration();
        jobs.values().forEach(job -> job.keep(before));
    }

    ClassOrigins origins() {
        return origins;
    }

    ActorRef<JobEvent> replies() {
        return replies;
    }

    /** The job stays known until the pool says that nothing of it runs any more. */
    void cancel(LiveJob<?, ?> job) {
        supervisor.tell(new PoolSupervisor.Cancel(job.id(), replies));
    }

    /** Runs what may be slow, or somebody else's code, off the actor. */
    void callback(Runnable task) {
        if (callbacks.isShutdown()) {
            task.run();
            return;
        }
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
