package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the pool knows of one worker. */
final class WorkerSlot {
    /** Where a worker is in its life. */
    enum Phase {
        /** Asked for, not there yet. */
        STARTING,
        /** There, and applying the journal. */
        REPLAYING,
        READY,
        /** Takes nothing new and goes when it has finished. */
        LEAVING,
        /** Lost; starts again after a pause. */
        RESTING,
        /** Given up. */
        FAILED
    }

    final int id;
    WorkerRef ref;
    Phase phase = Phase.STARTING;
    String node = "";
    long pid;
    int restarts;
    int failures;
    boolean everReady;

    /** Has run nothing in this life. */
    boolean isFresh;

    long tasksDone;

    @Nullable
    Death death;

    /** What it ran when it was lost, to stand after the reason; empty if nothing. */
    String inHand = "";

    /** What the roster has counted it as. */
    boolean countsAsIdle;

    boolean countsAsReady;
    boolean countsAsThere;
    boolean countsAsFresh;
    boolean countsAsBusy;

    /** It will be looked at whether something waits here in vain. */
    boolean watched;

    /** When it gave a sign of life last, and whether that is too long ago to deal it anything new. */
    long heardAt;

    boolean suspect;

    /** Given up because there was no place for it. */
    boolean homeless;

    /** Told to end at once: what it had may run elsewhere already. */
    boolean killed;

    /** The newest entry this worker has applied, and everything before it. */
    long applied;

    /** Entries it failed to apply while others may have managed; no task at or after the first may run here. */
    final TreeSet<Long> failedAt = new TreeSet<>();

    /** Entries sent and not answered yet, and the epoch that the last of them brings the worker to. */
    final Deque<Long> unanswered = new ArrayDeque<>();

    long horizon;

    final Deque<Flight> flights = new ArrayDeque<>();
    long expectedNanos;

    /** Tasks of open jobs that are here, as their chunks count them. */
    int running;

    private Snapshot.@Nullable WorkerView view;
    private long head;
    private long headSince;

    WorkerSlot(int id, long incarnation) {
        this.id = id;
        this.ref = new WorkerRef(id, incarnation);
    }

    /** How it stands: the same object for as long as that is the same. */
    Snapshot.WorkerView view() {
        Snapshot.WorkerView known = view;
        if (known == null || !known.isOf(this)) {
            known = Snapshot.WorkerView.of(this);
            view = known;
        }
        return known;
    }

    /** Was lost while it ran that part of a job of {@code size} elements. */
    void hadInHand(Chunk part, int size) {
        String elements =
                part.count() == 1 ? "element " + part.first() : "elements " + part.first() + "-" + (part.end() - 1);
        inHand = ", while running " + elements + " of " + size;
    }

    boolean isUp() {
        return phase == Phase.READY || phase == Phase.REPLAYING;
    }

    /** Whether it leaves and has work to finish before. */
    boolean isFinishing() {
        return phase == Phase.LEAVING && !flights.isEmpty();
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    /** Whether it may be dealt something new. */
    boolean isOpen() {
        return isReady() && !suspect;
    }

    boolean isFailed() {
        return phase == Phase.FAILED;
    }

    boolean mayRun(long epoch) {
        return applied >= epoch && failedAt.floor(epoch) == null;
    }

    void begin(WorkerRef life, long journalEpoch) {
        ref = life;
        isFresh = true;
        phase = Phase.REPLAYING;
        applied = 0;
        horizon = journalEpoch;
        failedAt.clear();
        unanswered.clear();
    }

    void sent(long epoch) {
        unanswered.add(epoch);
        horizon = epoch;
    }

    void answered(long epoch) {
        unanswered.remove();
        applied = unanswered.isEmpty() ? horizon : epoch;
    }

    @Nullable
    Flight flight(long run) {
        for (Flight flight : flights) {
            if (flight.run == run) {
                return flight;
            }
        }
        return null;
    }

    void add(Flight flight) {
        isFresh = false;
        flights.add(flight);
        flight.setThere(true);
        expectedNanos += flight.expectedNanos;
    }

    /** The last that has begun here: a lent chunk runs beside what waits for it. Null for none. */
    @Nullable
    Flight top() {
        Flight top = flights.peek();
        for (Flight flight : flights) {
            top = flight.lent ? flight : top;
        }
        return top;
    }

    /** Whether what runs here has given the pool a job, for which it waits or soon will. */
    boolean lends() {
        Flight top = top();
        return top != null && !top.children().isEmpty() && isOpen();
    }

    /** The same of anything here, be its place lent already or not. */
    boolean hasLender() {
        for (Flight flight : flights) {
            if (!flight.children().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Whether what it gets now begins at once. */
    boolean isFree() {
        return flights.isEmpty() || lends();
    }

    /** Whether that chunk, which is here, has begun, as far as the pool can know. */
    boolean hasBegun(Flight flight) {
        return flight.lent || flights.peek() == flight;
    }

    /** How long the worker has been at the same chunk, as far as anybody looked. */
    long headNanos(long now) {
        Flight first = flights.peek();
        long run = first == null ? 0 : first.run;
        if (run != head) {
            head = run;
            headSince = now;
        }
        return first == null ? 0 : now - headSince;
    }

    void remove(Flight flight) {
        flights.remove(flight);
        flight.setThere(false);
        expectedNanos = flights.isEmpty() ? 0 : expectedNanos - flight.expectedNanos;
    }
}
