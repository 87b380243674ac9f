package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A pool for your own tests, whose workers you can lose, freeze and slow down. Each worker is a node of its own, as a
 * worker JVM is, with leases, fencing and replay, but lives on threads of the test's JVM and starts in no time.
 *
 * <pre>{@code
 * try (FaultyPool faulty = FaultyPool.open(3)) {
 *     Job<List<String>> job = faulty.pool().lapply(urls, fetch);
 *     faulty.lose(2);
 *     assertEquals(expected, job.join());
 * }
 * }</pre>
 *
 * <p>Faults take effect soon, not at once. What a thread of this JVM cannot do: user code of a lost worker is interrupted
 * but not ended, and user code of a frozen worker goes on while nothing it says gets through.
 */
public final class FaultyPool implements AutoCloseable {
    private final Pool pool;
    private final FaultyNodes nodes;

    private FaultyPool(Pool pool, FaultyNodes nodes) {
        this.pool = pool;
        this.nodes = nodes;
    }

    /**
     * Opens a pool without faults.
     *
     * @param workers at least 1
     */
    public static FaultyPool open(int workers) {
        return open(PoolConfig.inProcess(workers));
    }

    /** The same with other settings, such as a shorter {@code clusterpool.lease}; the placement does not matter. */
    public static FaultyPool open(PoolConfig config) {
        Check.given(config, "config");
        ActorSystem<Void> system =
                ActorSystem.create(Behaviors.empty(), "clusterpool", SystemConfig.driver(ConfigFactory.load()));
        FaultyNodes nodes = new FaultyNodes(config.placement(Placement.PROCESSES));
        Pool pool = Pools.of(system).pool(nodes.config(), nodes, nodes.classes());
        pool.init(config.workers()).join();
        return new FaultyPool(pool, nodes);
    }

    /** The pool as its users see it. */
    public Pool pool() {
        return pool;
    }

    /**
     * Ends a worker as {@code kill -9} ends a JVM: what it runs and knows is gone, another one takes its place.
     *
     * @param worker 1..n
     */
    public void lose(int worker) {
        nodes.tell(worker, new FaultyNode.Lose());
    }

    /**
     * Lets nothing through to a worker and from it for a while, its signs of life neither. Longer than
     * {@code clusterpool.lease.lost}, the pool takes it for lost and works on without it.
     *
     * @param worker 1..n
     */
    public void freeze(int worker, Duration howLong) {
        Check.positive(howLong, "howLong");
        nodes.tell(worker, new FaultyNode.Freeze(howLong));
    }

    /**
     * Slows down all that goes between the pool and its workers from now on, and may change its order.
     *
     * @param each message takes that much longer; zero for no longer
     */
    public void delay(Duration each) {
        Check.given(each, "each");
        nodes.delay(each);
    }

    @Override
    public void close() {
        pool.close();
    }
}
