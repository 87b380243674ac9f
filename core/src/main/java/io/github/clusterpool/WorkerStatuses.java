package io.github.clusterpool;

import io.github.clusterpool.state.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** Keeps what was told last of each worker: a pool tells of all whenever a job ends, and few have changed since. */
final class WorkerStatuses {
    private List<Snapshot.WorkerView> views = List.of();
    private List<WorkerStatus> statuses = List.of();

    /** The same for callers of the library; who has not changed is the same object as before. */
    List<WorkerStatus> of(List<Snapshot.WorkerView> now) {
        List<WorkerStatus> fresh = new ArrayList<>(now.size());
        for (int i = 0; i < now.size(); i++) {
            Snapshot.WorkerView view = now.get(i);
            boolean isKnown = i < views.size() && views.get(i).equals(view);
            fresh.add(isKnown ? statuses.get(i) : WorkerStatus.of(view));
        }
        views = now;
        statuses = List.copyOf(fresh);
        return statuses;
    }
}
