package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
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
    private final Roster roster;
    private final Alarms alarms;
    private final Recalls recalls;
    private final Deque<TaskJob> open = new ArrayDeque<>();
    private final Deque<WorkerSlot> idle = new ArrayDeque<>();
    private long runs;
    private long usualChunkNanos = UNKNOWN_NANOS;

    Dealer(PoolSettings settings, List<Effect> effects, Roster roster, Alarms alarms) {
        this.settings = settings;
        this.effects = effects;
        this.roster = roster;
        this.alarms = alarms;
        this.recalls = new Recalls(settings, effects, roster, alarms);
    }

    /** The number of the last chunk that was sent. */
    long lastRun() {
        return runs;
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
        if (slot.isOpen() && slot.flights.isEmpty() && !slot.inLine) {
            slot.inLine = true;
            idle.add(slot);
        }
    }

    void forget(TaskJob job) {
        job.drop();
        if (job.open) {
            job.open = false;
            open.remove(job);
        }
    }

    void learn(long chunkNanos) {
        usualChunkNanos = usualChunkNanos == UNKNOWN_NANOS ? chunkNanos : (usualChunkNanos * 7 + chunkNanos) / 8;
    }

    /** Deals all that can be dealt. */
    void deal(long floor) {
        dropBusy();
        for (int turns = idle.size(); turns > 0 && !open.isEmpty(); turns--) {
            WorkerSlot slot = idle.remove();
            slot.inLine = false;
            if (!dealTo(slot, floor)) {
                offer(slot);
            }
        }
        if (usualChunkNanos < PREFETCH_NANOS) {
            dealAhead(floor);
        }
    }

    private void dropBusy() {
        idle.removeIf(slot -> {
            slot.inLine = slot.isOpen() && slot.flights.isEmpty();
            return !slot.inLine;
        });
    }

    /** Gives each worker one chunk more, again and again: if these take longer than thought, no worker has them all. */
    private void dealAhead(long floor) {
        boolean dealt = true;
        while (dealt && !open.isEmpty()) {
            dealt = false;
            for (WorkerSlot slot : roster.inTurn()) {
                dealt |= hasRoom(slot) && dealTo(slot, floor);
            }
        }
    }

    private boolean hasRoom(WorkerSlot slot) {
        return slot.isOpen()
                && slot.flights.size() < settings.credit()
                && slot.expectedNanos < PREFETCH_NANOS
                && slot.headNanos(alarms.now()) < settings.lateNanos();
    }

    /** A job that has nothing for this worker keeps its turn, or it might never meet the worker that it is for. */
    private boolean dealTo(WorkerSlot slot, long floor) {
        for (Iterator<TaskJob> jobs = open.iterator(); jobs.hasNext(); ) {
            TaskJob job = jobs.next();
            Chunk chunk = chunkFor(slot, job);
            boolean turnIsOver = chunk != null || !job.mayRunMore();
            if (turnIsOver) {
                jobs.remove();
                job.open = false;
            }
            if (chunk != null) {
                send(slot, job, chunk, floor);
                offer(job);
                return true;
            }
        }
        return false;
    }

    /** Nothing waits behind what workers died under: the next death is to be its own. */
    private long expectedNanos(TaskJob job, Chunk chunk) {
        long expected = job.expectedNanos(chunk.count());
        return chunk.isSuspect() ? UNKNOWN_NANOS : expected == 0 ? usualChunkNanos : expected;
    }

    private @Nullable Chunk chunkFor(WorkerSlot slot, TaskJob job) {
        boolean mayWait = slot.flights.isEmpty() || (job.rules.mayPrefetch() && !job.isUntried(roster.readyCount()));
        if (!mayWait || !job.mayRunMore() || !slot.mayRun(job.epoch)) {
            return null;
        }
        return job.next(slot, roster, idle.isEmpty(), settings.maxChunkBytes());
    }

    private void send(WorkerSlot slot, TaskJob job, Chunk chunk, long floor) {
        Flight flight = new Flight(++runs, job, slot, chunk, expectedNanos(job, chunk));
        slot.add(flight);
        slot.headNanos(alarms.now());
        job.flights.add(flight);
        if (slot.flights.size() > 1) {
            recalls.watch(slot);
        }
        effects.add(new Effect.Run(
                slot.ref, flight.run, job.id, chunk.first(), chunk.count(), chunk.attempt(), job.epoch, floor));
    }
}
