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
    private final Map<Integer, Integer> positions = new HashMap<>();

    Broadcast(long job, Entry entry, List<Integer> workers) {
        this.job = job;
        this.entry = entry;
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
}
