package io.github.clusterpool;

import io.github.clusterpool.state.Snapshot;
import java.util.List;

/**
 * How a pool stood when its last job ended.
 *
 * @param size workers the pool was made with, whatever their state
 * @param workers by id
 * @param queued tasks that wait for a worker
 * @param running tasks that are at a worker
 * @param epoch number of the last change of state
 * @param generation counts the calls of {@code init}
 * @param staleReplies messages that came from an earlier attempt, life or job, and were dropped
 * @param leaving workers that are on their way out
 * @param abandonedThreads that run code which neither looks at its cancel flag nor minds an interrupt; inside this JVM
 *     they cannot be ended
 * @param scaling whether and how the pool changes its size by itself
 */
public record PoolStatus(
        String name,
        boolean exists,
        int size,
        List<WorkerStatus> workers,
        int queued,
        int running,
        long epoch,
        long generation,
        long staleReplies,
        int leaving,
        int abandonedThreads,
        Scaling scaling)
        implements PoolMessage {
    /**
     * How a pool changes its size by itself.
     *
     * @param max 0: it does not
     * @param last what it did last, in words; empty: nothing yet
     */
    public record Scaling(int min, int max, String last) {
        static final Scaling NONE = new Scaling(1, 0, "");
    }

    /** Keeps its own copy of the workers. */
    public PoolStatus {
        workers = List.copyOf(workers);
    }

    static PoolStatus none(String name) {
        return new PoolStatus(name, false, 0, List.of(), 0, 0, 0, 0, 0, 0, 0, Scaling.NONE);
    }

    /** @param workers those of {@code now} */
    static PoolStatus of(
            PoolConfig config, Snapshot now, List<WorkerStatus> workers, long repeated, int abandonedThreads) {
        return new PoolStatus(
                config.name(),
                now.exists(),
                now.exists() ? workers.size() : 0,
                workers,
                now.queued(),
                now.running(),
                now.epoch(),
                now.generation(),
                now.stale() + repeated,
                now.leaving(),
                abandonedThreads,
                new Scaling(config.autoscale().min(), config.autoscale().max(), now.scaling()));
    }
}
