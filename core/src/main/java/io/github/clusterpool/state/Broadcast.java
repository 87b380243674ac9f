package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A change of state that waits for the workers' answers. */
final class Broadcast {
    final long job;
    final Entry entry;
    final Set<Integer> awaited = new LinkedHashSet<>();
    final List<WorkerRef> failed = new ArrayList<>();
    boolean someApplied;
    boolean cancelled;

    /** Was told to stop on all workers: whatever they answer, it is taken back. */
    boolean stopped;

    private final Map<Integer, Integer> positions = new HashMap<>();
    private final long lastRun;

    /** @param lastRun the number of the last run that was sent to any worker before */
    Broadcast(long job, Entry entry, List<Integer> workers, long lastRun) {
        this.job = job;
        this.entry = entry;
        this.lastRun = lastRun;
        for (int worker : workers) {
            positions.put(worker, positions.size());
            awaited.add(worker);
        }
    }

    int size() {
        return positions.size();
    }

    int position(int worker) {
        return positions.getOrDefault(worker, 0);
    }

    /** Whether that worker has nothing to finish before this change: it is at work on it, or about to be. */
    boolean isAt(WorkerSlot slot) {
        Flight first = slot.flights.peek();
        Long next = slot.unanswered.peek();
        return next != null && next == entry.epoch() && (first == null || first.run > lastRun);
    }
}
