package io.github.clusterpool.state;

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
    private final OpenJobs open = new OpenJobs();
    private final Set<WorkerSlot> lenders = new LinkedHashSet<>();

    /** Those that can take more behind what they have, as far as is known; who cannot leaves when somebody looks. */
    private final Set<WorkerSlot> roomy = new LinkedHashSet<>();

    /** Those that could not take, when all was dealt last, what they can take now. */
    private final Set<WorkerSlot> called = new LinkedHashSet<>();

    /** Whether more has changed since all was dealt than that the called ones can take something: each is asked then. */
    private boolean stirred;

    private long runs;
    private long usualChunkNanos = UNKNOWN_NANOS;
    private long usualElementNanos = UNKNOWN_NANOS;

    Dealer(PoolSettings settings, List<Effect> effects, Roster roster, Alarms alarms) {
        this.settings = settings;
        this.effects = effects;
        this.roster = roster;
        this.alarms = alarms;
        this.recalls = new Recalls(settings, effects, roster, alarms, open);
    }

    /** The number of the last chunk that was sent. */
    long lastRun() {
        return runs;
    }

    /** Every worker is to be asked again, the next time. */
    void stir() {
        stirred = true;
    }

    /** That job may have something to deal. */
    void offer(TaskJob job) {
        boolean opens = !job.open && job.mayRunMore();
        job.open = job.mayRunMore();
        open.sort(job);
        if (opens) {
            job.usualNanos = mayDealAhead() ? Math.max(1, usualElementNanos) : 0;
            stir();
            job.places().forEach(worker -> callTo(job, worker));
        }
    }

    /** Something of that job, which that worker had, waits again. */
    void putBack(TaskJob job, WorkerSlot slot) {
        stir();
        open.sort(job);
        callTo(job, slot.id);
    }

    private void callTo(TaskJob job, int worker) {
        WorkerSlot slot = roster.slot(worker);
        open.place(job, worker);
        if (slot != null) {
            called.add(slot);
        }
    }

    /** What that worker runs has given the pool a job. */
    void lend(WorkerSlot slot) {
        lenders.add(slot);
    }

    /** That worker may take more than before. */
    void offer(WorkerSlot slot) {
        if (slot.isOpen()) {
            called.add(slot);
            roomy.add(slot);
        }
    }

    void forget(TaskJob job) {
        open.forget(job);
        job.open = false;
        job.drop();
        if (job.parent != null) {
            stir(); // nobody is kept free for it any more
            if (!job.parent.slot.hasLender()) {
                lenders.remove(job.parent.slot);
            }
        }
    }

    /** That worker has left, and what was placed on it has gone elsewhere. */
    void forgetPlace(int worker) {
        stir();
        open.forgetPlace(worker);
    }

    /** What a chunk took, and each of its elements. */
    void learn(long chunkNanos, long elementNanos) {
        boolean mayDealAhead = mayDealAhead();
        usualElementNanos = usual(usualElementNanos, elementNanos);
        usualChunkNanos = usual(usualChunkNanos, chunkNanos);
        stirred |= mayDealAhead() && !mayDealAhead;
    }

    private static long usual(long before, long now) {
        return before == UNKNOWN_NANOS ? now : (before * 7 + now) / 8;
    }

    private boolean mayDealAhead() {
        return usualChunkNanos < PREFETCH_NANOS;
    }

    /** Deals all that can be dealt. */
    void deal(long floor) {
        boolean all = stirred;
        stirred = false;
        int turns = all || roster.idleCount() == 1 ? roster.idleCount() : 0;
        for (; turns > 0 && !open.forAny().isEmpty(); turns--) {
            WorkerSlot slot = roster.longestIdle();
            if (!dealTo(slot, open.forAny(), floor)) {
                roster.letOthersPass(slot);
            }
        }
        for (WorkerSlot slot : called) {
            if (roster.isIdle(slot)) {
                dealTo(slot, open.forAny(), floor);
            }
        }
        for (Iterator<WorkerSlot> each = lenders.iterator();
                each.hasNext() && !open.nested().isEmpty(); ) {
            lendOut(each.next(), floor);
        }
        if (mayDealAhead()) {
            dealAhead(all, floor);
        }
        called.clear();
        recalls.seek();
    }

    private void lendOut(WorkerSlot slot, long floor) {
        Flight top = slot.lends() ? slot.top() : null;
        if (top == null) {
            return;
        }
        for (TaskJob job : open.nested()) {
            boolean mayHave = job.isBelow(top) || (job.depth > top.job.depth && job.isPlacedOn(slot.id));
            Chunk chunk = mayHave ? chunkFor(slot, job) : null;
            if (chunk != null) {
                send(slot, job, chunk, floor);
                return;
            }
        }
    }

    /** Gives each worker one chunk more, again and again: if these take longer than thought, no worker has them all. */
    private void dealAhead(boolean all, long floor) {
        boolean dealt = true;
        while (dealt) {
            dealt = false;
            for (WorkerSlot slot : called) {
                dealt |= hasRoom(slot) && !isWaitedFor(slot) && dealTo(slot, open.ahead(), floor);
            }
        }
        int inVain = 0;
        while (all && !open.ahead().isEmpty() && inVain < roomy.size()) {
            WorkerSlot slot = roomy.iterator().next();
            roomy.remove(slot);
            if (hasRoom(slot)) {
                roomy.add(slot);
                inVain = !isWaitedFor(slot) && dealTo(slot, open.ahead(), floor) ? 0 : inVain + 1;
            }
        }
    }

    private boolean hasRoom(WorkerSlot slot) {
        return slot.isOpen()
                && slot.flights.size() < settings.credit()
                && slot.expectedNanos < PREFETCH_NANOS
                && slot.headNanos(alarms.now()) < settings.lateNanos();
    }

    /** What waits for the place of a worker, or for that very worker, would wait for all that it is given before. */
    private boolean isWaitedFor(WorkerSlot slot) {
        if (slot.hasLender()) {
            return true;
        }
        for (TaskJob job : open.placedOn(slot.id)) {
            if (job.parent != null) {
                return true;
            }
        }
        return false;
    }

    /** Gives a worker the first chunk that it can have, of what is placed on it and of the jobs in that line, by turn. */
    private boolean dealTo(WorkerSlot slot, Set<TaskJob> line, long floor) {
        Iterator<TaskJob> jobs = line.iterator();
        Iterator<TaskJob> own = open.placedOn(slot.id).iterator();
        @Nullable TaskJob job = next(jobs);
        @Nullable TaskJob placed = next(own);
        while (job != null || placed != null) {
            boolean isPlaced = job == null || (placed != null && placed.turn < job.turn);
            TaskJob first = isPlaced ? placed : job;
            Chunk chunk = first == null ? null : chunkFor(slot, first);
            if (first != null && chunk != null) {
                send(slot, first, chunk, floor);
                return true;
            }
            job = isPlaced ? job : next(jobs);
            placed = isPlaced ? next(own) : placed;
        }
        return false;
    }

    private static @Nullable TaskJob next(Iterator<TaskJob> jobs) {
        return jobs.hasNext() ? jobs.next() : null;
    }

    /** Nothing waits behind what workers died under: the next death is to be its own. */
    private long expectedNanos(TaskJob job, Chunk chunk) {
        long expected = job.expectedNanos(chunk.count());
        return chunk.isSuspect() ? UNKNOWN_NANOS : expected == 0 ? usualChunkNanos : expected;
    }

    private @Nullable Chunk chunkFor(WorkerSlot slot, TaskJob job) {
        boolean mayWait = slot.isFree() || (job.mayWait() && !job.isUntried(roster.readyCount()));
        if (!mayWait || !job.mayRunMore() || !slot.mayRun(job.epoch)) {
            return null;
        }
        return job.next(slot, roster, !roster.isAnyIdleBut(slot), settings.maxChunkBytes());
    }

    private void send(WorkerSlot slot, TaskJob job, Chunk chunk, long floor) {
        boolean lent = slot.lends();
        Flight flight = new Flight(++runs, job, slot, chunk, expectedNanos(job, chunk), lent);
        boolean expectsFresh = roster.expectsFresh();
        roster.add(slot, flight);
        stirred |= expectsFresh && !roster.expectsFresh();
        slot.headNanos(alarms.now());
        job.flights.add(flight);
        job.open = job.mayRunMore();
        open.endTurn(job, slot.id);
        if (slot.flights.size() > 1 && !lent) {
            recalls.watch(slot);
        }
        effects.add(new Effect.Run(
                slot.ref, flight.run, job.id, chunk.first(), chunk.count(), chunk.attempt(), job.epoch, floor, lent));
    }
}
