package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.jspecify.annotations.Nullable;

/** The workers of one pool on the nodes of a cluster. */
final class ClusterNodes implements WorkerJvms {
    private static final AtomicInteger BOOKS = new AtomicInteger();

    private final PoolConfig config;
    private final ClassOrigins origins;
    private final ActorRef<JoinedNodes.Command> book;
    private final String configText;
    private final ActorSystem<?> system;
    private final String pool;
    private final StartTokens tokens = new StartTokens();
    private volatile int size;

    ClusterNodes(ActorSystem<?> system, PoolConfig config, ClassOrigins origins) {
        this.config = config;
        this.origins = origins;
        this.configText = WorkerSetup.text(config);
        this.system = system;
        this.pool = config.name() + "@" + ClusterSystem.address(system);
        this.book = system.systemActorOf(
                JoinedNodes.create(
                        pool, config.cluster().onNodes(), config.cluster().rebalance()),
                "clusterpool-" + config.name() + "-nodes-" + BOOKS.incrementAndGet(),
                DispatcherSelector.fromConfig(Pools.DISPATCHER));
    }

    ActorRef<JoinedNodes.Command> book() {
        return book;
    }

    String configText() {
        return configText;
    }

    /** What nodes call this pool, and no other one. */
    String pool() {
        return pool;
    }

    int size() {
        return size;
    }

    PoolConfig config() {
        return config;
    }

    Duration startTimeout() {
        return config.cluster().startTimeout();
    }

    /** The attempts that a worker has to start are to take no longer together. */
    Duration patience() {
        return startTimeout().dividedBy(config.restart().startAttempts());
    }

    String newToken(WorkerRef ref) {
        return tokens.issue(ref);
    }

    @Override
    public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return JoinedWorker.create(this, ref, supervisor);
    }

    @Override
    public boolean isToken(WorkerRef ref, String token) {
        return tokens.isGood(ref, token);
    }

    @Override
    public @Nullable ClassOrigins origins() {
        return config.shipsCode(system) && !config.cluster().hosted() ? origins : null;
    }

    @Override
    public void sized(int workers, ActorRef<PoolSupervisor.Command> supervisor) {
        size = workers;
        book.tell(new JoinedNodes.Sized(Math.max(0, workers - config.localWorkers()), supervisor));
    }

    @Override
    public boolean areOwnJvms() {
        return false;
    }

    /** Nobody looks for slots any more; a pool that is but closed may still be made anew. */
    void end() {
        book.tell(new JoinedNodes.Close());
    }

    @Override
    public void forget(WorkerRef ref, @Nullable ActorRef<?> port) {
        tokens.forget(ref);
    }
}
