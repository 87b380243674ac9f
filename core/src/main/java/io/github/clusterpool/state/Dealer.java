package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deals chunks to workers in turn, job after job, within each worker's credit.
 *
 * <p>A worker that runs something gets more only if what it has is known to take next to no time: then the way there
 * and back is what would be waited for; otherwise the chunk would wait behind another while some worker is free.
 */
final class Dealer {
    private static final long PREFETCH_NANOS = 5_000_000;
    private static final long UNKNOWN_NANOS = 1_000_000_000_000L;

    private final PoolSettings settings;
    private final List<Effect> effects;
    private final Deque<TaskJob> open = new ArrayDeque<>();
    private final Deque<WorkerSlot> idle = new ArrayDeque<>();
    private long runs;
    private long usualChunkNanos = UNKNOWN_NANOS;

    Dealer(PoolSettings settings, List<Effect> effects) {
        this.settings = settings;
        this.effects = effects;
    }

    /** That job may have something to deal. */
    void offer(TaskJob job) {
        if (!job.open && job.mayRunMore()) {
            job.open = true;
            open.add(job);
        }
    }

    /** That worker may be free. */
    void offer(WorkerSlot slot) {
        if (slot.isReady() && slot.flights.isEmpty() && !slot.inLine) {
            slot.inLine = true;
            idle.add(slot);
        }
    }

    void forget(TaskJob job) {
        job.drop();
        close(job);
    }

    private void close(TaskJob job) {
        if (job.open) {
            job.open = false;
            open.remove(job);
        }
    }

    void learn(long chunkNanos) {
        usualChunkNanos = usualChunkNanos == UNKNOWN_NANOS ? chunkNanos : (usualChunkNanos * 7 + chunkNanos) / 8;
    }

    /** Deals all that can be dealt. */
    void deal(Roster roster, long floor) {
        for (int turns = idle.size(); turns > 0 && !open.isEmpty(); turns--) {
            WorkerSlot slot = idle.remove();
            slot.inLine = false;
            if (slot.isReady() && slot.flights.isEmpty() && !dealTo(slot, roster, floor)) {
                offer(slot);
            }
        }
        if (!open.isEmpty() && usualChunkNanos < PREFETCH_NANOS) {
            for (WorkerSlot slot : roster.inTurn()) {
                refill(slot, roster, floor);
                if (open.isEmpty()) {
                    return;
                }
            }
        }
    }

    /** Gives a worker as much more as its credit allows. */
    void refill(WorkerSlot slot, Roster roster, long floor) {
        boolean dealt = true;
        while (dealt && slot.isReady() && !open.isEmpty()) {
            dealt = dealTo(slot, roster, floor);
        }
    }

    private boolean dealTo(WorkerSlot slot, Roster roster, long floor) {
        for (int turns = open.size(); turns > 0; turns--) {
            TaskJob job = open.remove();
            job.open = false;
            Chunk chunk = chunkFor(slot, job, roster);
            offer(job);
            if (chunk != null) {
                send(slot, job, chunk, floor);
                return true;
            }
        }
        return false;
    }

    private @Nullable Chunk chunkFor(WorkerSlot slot, TaskJob job, Roster roster) {
        if (!job.mayRunMore() || !slot.mayRun(job.epoch) || !hasCredit(slot, job)) {
            return null;
        }
        return job.next(slot.id, roster.readyCount(), idle.isEmpty(), settings.maxChunkBytes());
    }

    private boolean hasCredit(WorkerSlot slot, TaskJob job) {
        return slot.flights.isEmpty()
                || (job.rules.mayPrefetch()
                        && slot.flights.size() < settings.credit()
                        && slot.expectedNanos < PREFETCH_NANOS);
    }

    private void send(WorkerSlot slot, TaskJob job, Chunk chunk, long floor) {
        long expected = job.expectedNanos(chunk.count());
        Flight flight = new Flight(++runs, job, slot, chunk, expected == 0 ? usualChunkNanos : expected);
        slot.add(flight);
        job.flights.add(flight);
        if (!job.mayRunMore()) {
            close(job);
        }
        effects.add(new Effect.Run(
                slot.ref, flight.run, job.id, chunk.first(), chunk.count(), chunk.attempt(), job.epoch, floor));
    }
}
