package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A job made of tasks: what is dealt, what is out, what is done. */
final class TaskJob {
    /** First chunks take this part of a worker's fair share, so that later ones can even out what they cost. */
    private static final int SHARES = 4;

    /** Under so many deaths of workers a task is taken to be the cause. */
    static final int POISON_DEATHS = 3;

    /** Elements of a chunk, at most, while nobody knows what one costs: who is free gets what waits behind a slow one. */
    private static final int TRIAL = 256;

    /** The same, if all of a chunk that are under way are lost with their worker. */
    private static final int TRIAL_AT_MOST_ONCE = 16;

    /** Elements of a chunk, at most, while all that is known is that the pool's usually cost next to nothing. */
    private static final int MOST_UNTRIED = 1_024;

    /** To wake another worker takes about this long, so that elements which take less had better go to one. */
    private static final long WAKING_NANOS = 50_000;

    /** Fewer elements are for as many workers as there are, whatever such usually cost. */
    private static final int LEAST_FOR_ONE = 64;

    /** First chunks, by whose cost the others are measured, take this part of a worker's even share of all. */
    private static final int TRIAL_PART = 2;

    /** A chunk should take at least and at most this long, as far as the pool knows what an element costs. */
    private static final long MIN_CHUNK_NANOS = 2_000_000;

    private static final long MAX_CHUNK_NANOS = 100_000_000;

    final long id;
    final int size;
    final JobRules rules;
    final long epoch;

    /** The chunk whose task gave this job to the pool; null for a job from outside. */
    final @Nullable Flight parent;

    /** How many jobs it is nested in. */
    final int depth;

    final Set<Flight> flights = new LinkedHashSet<>();
    int done;
    int failed;

    /** Whether it had something to deal when the dealer looked last, and when it was dealt last, in turns. */
    boolean open;

    long turn;

    /** Whether who gave it has enough results to take as it is. */
    boolean held;

    /** What an element cost of late, if the pool's chunks took next to no time, so that these most likely do as well; else 0. */
    long usualNanos;

    /** What it took to stop what ran, and how the job ends when nothing of it runs any more; null while it goes on. */
    Halt halt = Halt.NONE;

    @Nullable
    Function<Halt, Ending> whenHalted;

    private final Extent extent;
    private final Deque<Chunk> again = new ArrayDeque<>(1);
    private final Deque<Chunk> suspects = new ArrayDeque<>(1);
    private final Deque<Chunk> fixed;
    private final Map<Integer, Deque<Chunk>> placed = new HashMap<>();
    private int next;
    private int undealt;
    private long nanos;
    private int timed;

    TaskJob(long id, Extent extent, JobRules rules, long epoch, List<WorkerSlot> slots) {
        this(id, extent, rules, epoch, slots, null);
    }

    TaskJob(long id, Extent extent, JobRules rules, long epoch, List<WorkerSlot> slots, @Nullable Flight parent) {
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.job.depth + 1;
        this.id = id;
        this.extent = extent;
        this.rules = rules;
        this.epoch = epoch;
        this.size = rules.dealing() == Dealing.EVERY_WORKER ? slots.size() : extent.size();
        this.undealt = size;
        this.fixed = rules.dealing() == Dealing.DYNAMIC
                ? Chunking.chunks(size, slots.size(), rules.chunkSize(), Dealing.DYNAMIC)
                : new ArrayDeque<>(1);
        if (rules.dealing() == Dealing.STATIC) {
            placeAsR(slots);
        } else if (rules.dealing() == Dealing.EVERY_WORKER) {
            for (int k = 0; k < slots.size(); k++) {
                place(slots.get(k).id, new Chunk(k, 1));
            }
        }
    }

    private void placeAsR(List<WorkerSlot> slots) {
        int first = 0;
        int k = 0;
        for (int count : Chunking.splitIndices(
                size, Chunking.chunkCount(size, slots.size(), rules.chunkSize(), Dealing.STATIC))) {
            if (count > 0) {
                place(slots.get(k % slots.size()).id, new Chunk(first, count));
            }
            first += count;
            k++;
        }
    }

    /** Takes back all that is not dealt, and gives what is not done yet, in parts for so many workers. */
    List<Chunk> resume(BitSet all, int workers) {
        BitSet known = all.get(0, size);
        List<Chunk> rest = new ArrayList<>();
        int left = size - known.cardinality();
        int most = isPinned() ? 1 : rules.chunkSize() > 0 ? rules.chunkSize() : Math.max(1, left / (SHARES * workers));
        for (int first = known.nextClearBit(0); first < size; first = known.nextClearBit(first)) {
            int nextDone = known.nextSetBit(first);
            int end = Math.min(first + most, nextDone < 0 ? size : nextDone);
            rest.add(new Chunk(first, end - first));
            first = end;
        }
        next = size;
        fixed.clear();
        placed.clear();
        undealt = 0;
        done = known.cardinality();
        return rest;
    }

    /** For whom alone that is, if it is for every worker. */
    int worker(Chunk chunk) {
        return chunk.first() + 1;
    }

    private void place(int worker, Chunk chunk) {
        placed.computeIfAbsent(worker, id -> new ArrayDeque<>()).add(chunk);
    }

    /** Tasks of it that more workers might run at the same time. */
    int shareable() {
        boolean isPlaced = rules.dealing() == Dealing.STATIC || isPinned();
        int open = isPlaced || held ? 0 : size - done;
        return rules.maxConcurrency() == 0 ? open : Math.min(open, rules.maxConcurrency());
    }

    boolean isPinned() {
        return rules.dealing() == Dealing.EVERY_WORKER;
    }

    /** Whether a task of that chunk gave it to the pool, or gave what it is nested in. */
    boolean isBelow(Flight flight) {
        Flight above = parent;
        while (above != null && above != flight) {
            above = above.job.parent;
        }
        return above != null;
    }

    /** Whether some of it waits for that very worker. */
    boolean isPlacedOn(int worker) {
        Deque<Chunk> own = placed.get(worker);
        return own != null && !own.isEmpty();
    }

    long bytes() {
        return extent.bytes();
    }

    /** Where some of it waits for one worker alone. */
    Set<Integer> places() {
        return placed.keySet();
    }

    /** Whether some of it may go to any worker. */
    boolean isForAny() {
        return !again.isEmpty()
                || !suspects.isEmpty()
                || !fixed.isEmpty()
                || (rules.dealing() == Dealing.ROUND_ROBIN && next < size);
    }

    /** Whether chunks of it may wait behind others. */
    boolean mayWait() {
        return parent == null && rules.mayPrefetch();
    }

    int undealt() {
        return undealt;
    }

    boolean mayRunMore() {
        return undealt > 0 && !held && (rules.maxConcurrency() == 0 || flights.size() < rules.maxConcurrency());
    }

    /** Whether nobody knows yet what its elements cost, while every worker has some of them already. */
    boolean isUntried(int workers) {
        int out = size - done - undealt;
        return timed == 0 && out >= 2 * workers * trial();
    }

    private int trial() {
        return rules.retries() == 0 ? TRIAL_AT_MOST_ONCE : TRIAL;
    }

    /** Whether its chunks are for the pool to cut, as it sees fit. */
    boolean mayCut() {
        return rules.dealing() == Dealing.ROUND_ROBIN && rules.chunkSize() == 0;
    }

    /** Whether so many elements take longer than a chunk should, as far as is known. */
    boolean isLong(int count) {
        return timed == 0 || expectedNanos(count) > MAX_CHUNK_NANOS;
    }

    /** Zero while unknown. */
    long expectedNanos(int count) {
        return timed == 0 ? 0 : Math.max(1, nanos / timed * count);
    }

    /** Books what some elements took; true for the first that are known of. */
    boolean timed(int count, long spent) {
        boolean first = timed == 0;
        nanos += spent;
        timed += count;
        return first;
    }

    /**
     * The next chunk for that worker, or null if there is none for it now.
     *
     * @param noneElse no other worker is free, so that it may have even what a worker of its number was lost under
     */
    @Nullable
    Chunk next(WorkerSlot slot, Roster roster, boolean noneElse, int maxBytes) {
        Chunk chunk = chooseChunk(slot, roster, noneElse);
        if (chunk == null) {
            return null;
        }
        int most = Math.min(chunk.count(), rules.maxChunk());
        int count = isPinned() ? 1 : extent.fitting(chunk.first(), most, maxBytes);
        undealt -= count;
        if (count == chunk.count()) {
            return chunk;
        }
        putBack(slot.id, chunk.part(chunk.first() + count, chunk.count() - count));
        return chunk.part(chunk.first(), count);
    }

    private @Nullable Chunk chooseChunk(WorkerSlot slot, Roster roster, boolean noneElse) {
        Chunk repeated = slot.isFree() ? first(suspects, chunk -> mayHave(chunk, slot, roster, noneElse)) : null;
        if (repeated == null) {
            repeated = first(again, chunk -> (chunk.avoid() != slot.id || noneElse) && mayWait(chunk, slot));
            repeated = repeated == null ? null : shared(repeated, roster.idleCount());
        }
        if (repeated != null) {
            return repeated;
        }
        Deque<Chunk> own = placed.get(slot.id);
        if (own != null && !own.isEmpty()) {
            return mayWait(own.element(), slot) ? own.remove() : null;
        }
        if (!fixed.isEmpty()) {
            return fixed.remove();
        }
        return rules.dealing() == Dealing.ROUND_ROBIN && next < size ? guided(roster.readyCount()) : null;
    }

    /** What came back is for all who are free. */
    private Chunk shared(Chunk chunk, int free) {
        if (free < 2 || chunk.count() == 1 || !mayCut()) {
            return chunk;
        }
        int count = (chunk.count() + free - 1) / free;
        again.addFirst(chunk.part(chunk.first() + count, chunk.count() - count));
        return chunk.part(chunk.first(), count);
    }

    /** The last try of an element is not wasted on waiting behind others, with whose worker it would be lost. */
    private boolean mayWait(Chunk chunk, WorkerSlot slot) {
        return slot.isFree() || chunk.attempt() <= rules.retries();
    }

    private static @Nullable Chunk first(Deque<Chunk> chunks, Predicate<Chunk> which) {
        for (Iterator<Chunk> each = chunks.iterator(); each.hasNext(); ) {
            Chunk chunk = each.next();
            if (which.test(chunk)) {
                each.remove();
                return chunk;
            }
        }
        return null;
    }

    /** What workers died under runs alone: on another worker if one is free, the last time on one that is new. */
    private static boolean mayHave(Chunk suspect, WorkerSlot slot, Roster roster, boolean noneElse) {
        return suspect.deaths().size() < POISON_DEATHS
                ? suspect.avoid() != slot.id || noneElse
                : slot.isFresh || !roster.expectsFresh();
    }

    private Chunk guided(int workers) {
        int left = size - next;
        int share = Math.max(1, (left + workers * SHARES - 1) / (workers * SHARES));
        int count = rules.chunkSize() > 0
                ? rules.chunkSize()
                : timed == 0 ? byNumber(workers) : byCost(share, left, workers);
        Chunk chunk = new Chunk(next, Math.min(count, left));
        next += chunk.count();
        return chunk;
    }

    private int byNumber(int workers) {
        if (usualNanos == 0) {
            return Math.min(part(Math.max(1, workers * TRIAL_PART)), trial());
        }
        int worthIt = (int) Math.max(1, Math.min(MOST_UNTRIED, WAKING_NANOS / usualNanos));
        int parts = size < LEAST_FOR_ONE ? workers : Math.min(workers, size / worthIt);
        return Math.min(part(Math.max(1, parts)), rules.retries() == 0 ? trial() : Math.max(trial(), worthIt));
    }

    private int part(int parts) {
        return (size + parts - 1) / parts;
    }

    private int byCost(int share, int left, int workers) {
        double perElement = Math.max(1.0, (double) nanos / timed);
        int most = (int) Math.max(1, Math.min(left, MAX_CHUNK_NANOS / perElement));
        int fairShare = (left + workers - 1) / workers;
        int least = (int) Math.min(fairShare, Math.ceil(MIN_CHUNK_NANOS / perElement));
        return Math.min(most, Math.max(share, least));
    }

    private void putBack(int worker, Chunk rest) {
        if (rest.isSuspect()) {
            suspects.addFirst(rest);
        } else if (rest.attempt() > 1) {
            again.addFirst(rest);
        } else if (rules.dealing() == Dealing.STATIC) {
            placed.computeIfAbsent(worker, id -> new ArrayDeque<>()).addFirst(rest);
        } else if (rules.dealing() == Dealing.DYNAMIC) {
            fixed.addFirst(rest);
        } else if (next == rest.end()) {
            next = rest.first();
        } else {
            again.addFirst(rest);
        }
    }

    /** Gives tasks that never started, or may start again, back to the queue; a pinned one waits for its own worker. */
    void again(Chunk chunk, int worker) {
        undealt += chunk.count();
        if (isPinned()) {
            place(worker, chunk);
        } else if (chunk.isSuspect()) {
            suspects.add(chunk);
        } else {
            again.add(chunk);
        }
    }

    /** Lets any worker have what was placed on one that is not there any more. */
    void release(int worker) {
        Deque<Chunk> orphans = placed.remove(worker);
        if (orphans != null) {
            again.addAll(orphans);
        }
    }

    /** Takes away what only that worker could have run. */
    List<Chunk> abandon(int worker) {
        Deque<Chunk> orphans = placed.remove(worker);
        if (orphans == null) {
            return List.of();
        }
        undealt -= orphans.size();
        return List.copyOf(orphans);
    }

    void drop() {
        undealt = 0;
    }
}
