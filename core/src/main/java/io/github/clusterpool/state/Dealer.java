package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deals chunks to workers in turn, job after job, within each worker's credit.
 *
 * <p>A worker that runs something gets more only if what it has is known to take next to no time: then the way there
 * and back is what would be waited for; otherwise the chunk would wait behind another while some worker is free.
 *
 * <p>A worker whose task has given the pool a job lends its place to that job, and to jobs nested in it, one chunk at a
 * time; and to what is placed on it of any job nested deeper than its task. Chunks of such jobs never wait behind others.
 * So whatever a task waits for is either free to run or nested deeper, and tasks never wait for each other in a circle;
 * nor do they wait through a worker that lacks the state they need, as a worker applies changes beside a task that waits.
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
    private final Set<TaskJob> nested = new LinkedHashSet<>(); // those of the open jobs
    private final Set<WorkerSlot> lenders = new LinkedHashSet<>();
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
            if (job.parent != null) {
                nested.add(job);
            }
        }
    }

    /** What that worker runs has given the pool a job. */
    void lend(WorkerSlot slot) {
        lenders.add(slot);
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
            open.remove(job);
            close(job);
        }
        lenders.removeIf(slot -> !slot.hasLender());
    }

    private void close(TaskJob job) {
        job.open = false;
        nested.remove(job);
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
        for (Iterator<WorkerSlot> each = lenders.iterator(); each.hasNext() && !nested.isEmpty(); ) {
            lendOut(each.next(), floor);
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

    private void lendOut(WorkerSlot slot, long floor) {
        Flight top = slot.lends() ? slot.top() : null;
        if (top == null) {
            return;
        }
        for (TaskJob job : nested) {
            boolean mayHave = job.isBelow(top) || (job.depth > top.job.depth && job.isPlacedOn(slot.id));
            Chunk chunk = mayHave ? chunkFor(slot, job) : null;
            if (chunk != null) {
                open.remove(job);
                close(job);
                send(slot, job, chunk, floor);
                offer(job);
                return;
            }
        }
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
                && slot.headNanos(alarms.now()) < settings.lateNanos()
                && !isWaitedFor(slot);
    }

    /** What waits for the place of a worker, or for that very worker, would wait for all that it is given before. */
    private boolean isWaitedFor(WorkerSlot slot) {
        return slot.hasLender() || nested.stream().anyMatch(job -> job.isPlacedOn(slot.id));
    }

    /** A job that has nothing for this worker keeps its turn, or it might never meet the worker that it is for. */
    private boolean dealTo(WorkerSlot slot, long floor) {
        for (Iterator<TaskJob> jobs = open.iterator(); jobs.hasNext(); ) {
            TaskJob job = jobs.next();
            Chunk chunk = chunkFor(slot, job);
            boolean turnIsOver = chunk != null || !job.mayRunMore();
            if (turnIsOver) {
                jobs.remove();
                close(job);
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
        boolean mayWait =
                slot.isFree() || (job.parent == null && job.rules.mayPrefetch() && !job.isUntried(roster.readyCount()));
        if (!mayWait || !job.mayRunMore() || !slot.mayRun(job.epoch)) {
            return null;
        }
        return job.next(slot, roster, idle.isEmpty(), settings.maxChunkBytes());
    }

    private void send(WorkerSlot slot, TaskJob job, Chunk chunk, long floor) {
        boolean lent = slot.lends();
        Flight flight = new Flight(++runs, job, slot, chunk, expectedNanos(job, chunk), lent);
        slot.add(flight);
        slot.headNanos(alarms.now());
        job.flights.add(flight);
        if (slot.flights.size() > 1 && !lent) {
            recalls.watch(slot);
        }
        effects.add(new Effect.Run(
                slot.ref, flight.run, job.id, chunk.first(), chunk.count(), chunk.attempt(), job.epoch, floor, lent));
    }
}
