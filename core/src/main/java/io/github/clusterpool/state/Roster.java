package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pool's workers, 1 to n, and those that are on their way out. */
final class Roster {
    private final List<WorkerSlot> slots = new ArrayList<>();
    private final Map<Long, WorkerSlot> leaving = new LinkedHashMap<>();
    private long starts;
    private int turn;
    private int ready;

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
        ready += (phase == WorkerSlot.Phase.READY ? 1 : 0) - (slot.isReady() ? 1 : 0);
        slot.phase = phase;
    }

    int readyCount() {
        return ready;
    }

    /** Tasks that are at a worker. */
    int running() {
        int running = 0;
        for (WorkerSlot slot : slots) {
            running += slot.running();
        }
        for (WorkerSlot slot : leaving.values()) {
            running += slot.running();
        }
        return running;
    }

    /** Whether some worker has run nothing yet in its life, or is about to begin another one. */
    boolean expectsFresh() {
        return slots.stream().anyMatch(slot -> !slot.isFailed() && (!slot.isReady() || slot.isFresh));
    }

    boolean isAnyFree() {
        return slots.stream().anyMatch(slot -> slot.isOpen() && slot.flights.isEmpty());
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

    /** All workers, beginning with another one each time. */
    Iterable<WorkerSlot> inTurn() {
        int from = slots.isEmpty() ? 0 : turn++ % slots.size();
        List<WorkerSlot> order = new ArrayList<>(slots.subList(from, slots.size()));
        order.addAll(slots.subList(0, from));
        return order;
    }
}
