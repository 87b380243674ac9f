package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pool's workers, 1 to n, and those that are on their way out. What is asked for every chunk is counted, so that the
 * answer takes as long with a thousand workers as with four; so all that changes a worker passes here.
 */
final class Roster {
    private final List<WorkerSlot> slots = new ArrayList<>();
    private final Map<Long, WorkerSlot> leaving = new LinkedHashMap<>();
    private long starts;
    private int splittable;

    /** Those that run nothing and may be dealt something new, in the order in which they became so. */
    private final Set<WorkerSlot> idle = new LinkedHashSet<>();

    private int ready;
    private int inService;

    /** Those that have work, now and at most since somebody asked. */
    private int busy;

    private int busiest;

    /** Those that have run nothing yet in their life, or are about to begin another one. */
    private int fresh;

    List<WorkerSlot> slots() {
        return slots;
    }

    int size() {
        return slots.size();
    }

    int leavingCount() {
        return leaving.size();
    }

    WorkerSlot add() {
        WorkerSlot slot = new WorkerSlot(slots.size() + 1, nextIncarnation());
        slots.add(slot);
        sort(slot);
        return slot;
    }

    long nextIncarnation() {
        return ++starts * WorkerRef.LIVES;
    }

    /** The worker of that start, whether it serves or leaves; null if it is neither. */
    @Nullable
    WorkerSlot sameStart(WorkerRef ref) {
        if (ref.worker() >= 1 && ref.worker() <= slots.size()) {
            WorkerSlot slot = slots.get(ref.worker() - 1);
            if (slot.ref.isSameStart(ref)) {
                return slot;
            }
        }
        return leaving.get(ref.start());
    }

    /** The worker in exactly that life; null if that life is over. */
    @Nullable
    WorkerSlot find(WorkerRef ref) {
        WorkerSlot slot = sameStart(ref);
        return slot != null && slot.ref.equals(ref) ? slot : null;
    }

    /** Takes a worker out of service and puts a new start in its place. */
    WorkerSlot replace(WorkerSlot old) {
        leave(old);
        WorkerSlot fresh = new WorkerSlot(old.id, nextIncarnation());
        fresh.restarts = old.restarts;
        fresh.tasksDone = old.tasksDone;
        slots.set(old.id - 1, fresh);
        sort(fresh);
        return fresh;
    }

    /** Takes the last workers out of service, so that {@code size} stay. */
    List<WorkerSlot> cut(int size) {
        List<WorkerSlot> rest = slots.subList(Math.min(size, slots.size()), slots.size());
        List<WorkerSlot> cut = List.copyOf(rest);
        rest.clear();
        cut.forEach(this::leave);
        return cut;
    }

    /** That start is told to end at once while its worker is started anew. */
    void awaitEnd(WorkerRef ref) {
        WorkerSlot ending = new WorkerSlot(ref.worker(), ref.incarnation());
        ending.phase = WorkerSlot.Phase.LEAVING;
        ending.killed = true;
        leaving.put(ref.start(), ending);
    }

    void left(WorkerSlot slot) {
        leaving.remove(slot.ref.start());
    }

    private void leave(WorkerSlot slot) {
        boolean there = slot.isUp() || slot.phase == WorkerSlot.Phase.STARTING;
        setPhase(slot, WorkerSlot.Phase.LEAVING);
        if (there) {
            leaving.put(slot.ref.start(), slot);
        }
    }

    void setPhase(WorkerSlot slot, WorkerSlot.Phase phase) {
        slot.phase = phase;
        sort(slot);
    }

    /** A life begins that has everything to repeat up to that epoch. */
    void begin(WorkerSlot slot, WorkerRef life, long epoch) {
        slot.begin(life, epoch);
        sort(slot);
    }

    void suspect(WorkerSlot slot, boolean suspect) {
        if (slot.suspect != suspect) {
            slot.suspect = suspect;
            sort(slot);
        }
    }

    void add(WorkerSlot slot, Flight flight) {
        slot.add(flight);
        splittable += flight.maySplit() ? 1 : 0;
        sort(slot);
    }

    void remove(WorkerSlot slot, Flight flight) {
        slot.remove(flight);
        splittable -= flight.maySplit() ? 1 : 0;
        sort(slot);
    }

    void forgetFlights(WorkerSlot slot) {
        List.copyOf(slot.flights).forEach(flight -> remove(slot, flight));
    }

    private void sort(WorkerSlot slot) {
        boolean isIdle = slot.isOpen() && slot.flights.isEmpty();
        if (isIdle != slot.countsAsIdle) {
            slot.countsAsIdle = isIdle;
            put(slot, isIdle);
        }
        boolean isThere = slot.phase != WorkerSlot.Phase.LEAVING && !slot.isFailed();
        boolean isFresh = isThere && (!slot.isReady() || slot.isFresh);
        ready += change(slot.countsAsReady, slot.isReady());
        inService += change(slot.countsAsThere, isThere);
        fresh += change(slot.countsAsFresh, isFresh);
        boolean isBusy = slot.phase != WorkerSlot.Phase.LEAVING && !slot.flights.isEmpty();
        busy += change(slot.countsAsBusy, isBusy);
        busiest = Math.max(busiest, busy);
        slot.countsAsBusy = isBusy;
        slot.countsAsReady = slot.isReady();
        slot.countsAsThere = isThere;
        slot.countsAsFresh = isFresh;
    }

    private void put(WorkerSlot slot, boolean isIdle) {
        if (isIdle) {
            idle.add(slot);
        } else {
            idle.remove(slot);
        }
    }

    private static int change(boolean before, boolean after) {
        return (after ? 1 : 0) - (before ? 1 : 0);
    }

    int readyCount() {
        return ready;
    }

    int inServiceCount() {
        return inService;
    }

    /** Those that serve, and those that finish what they have. */
    int busyCount() {
        return busy
                + (int) leaving.values().stream()
                        .filter(WorkerSlot::isFinishing)
                        .count();
    }

    /** How many had work at the same time, at most, since this was asked last. */
    int takeBusiest() {
        int most = busiest;
        busiest = busy;
        return most;
    }

    /** Tasks that are at a worker. */
    int running() {
        int running = 0;
        for (WorkerSlot slot : slots) {
            running += slot.running;
        }
        for (WorkerSlot slot : leaving.values()) {
            running += slot.running;
        }
        return running;
    }

    boolean expectsFresh() {
        return fresh > 0;
    }

    /** Whether some worker has a chunk of which another might have a part. */
    boolean isAnySplittable() {
        return splittable > 0;
    }

    int idleCount() {
        return idle.size();
    }

    /** The one that has been idle longest; there must be one. */
    WorkerSlot longestIdle() {
        return idle.iterator().next();
    }

    boolean isIdle(WorkerSlot slot) {
        return slot.countsAsIdle;
    }

    /** It stays idle, but others come first. */
    void letOthersPass(WorkerSlot slot) {
        idle.remove(slot);
        idle.add(slot);
    }

    boolean isAnyIdleBut(WorkerSlot slot) {
        return idle.size() > (slot.countsAsIdle ? 1 : 0);
    }

    boolean isAnyInService() {
        return inService > 0;
    }

    List<WorkerSlot> inService() {
        return slots.stream().filter(slot -> !slot.isFailed()).toList();
    }

    boolean isInService(int worker) {
        return worker <= slots.size() && !slots.get(worker - 1).isFailed();
    }

    List<WorkerSlot> leavingSlots() {
        return List.copyOf(leaving.values());
    }

    /** The worker of that number; null if the pool is not so large. */
    @Nullable
    WorkerSlot slot(int worker) {
        return worker <= slots.size() ? slots.get(worker - 1) : null;
    }
}
