package io.github.clusterpool.state;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The jobs that have something to deal, each in its turn: in one line what any worker may have, and for each worker what
 * is placed on it, so that nobody looks through what is for others.
 */
final class OpenJobs {
    private final Set<TaskJob> forAny = new LinkedHashSet<>();
    private final Set<TaskJob> ahead = new LinkedHashSet<>(); // those of them whose chunks may wait behind others
    private final Set<TaskJob> nested = new LinkedHashSet<>(); // in others, be they for any worker or placed
    private final Map<Integer, Set<TaskJob>> placed = new HashMap<>();
    private long turns;

    /** What any worker may have. */
    Set<TaskJob> forAny() {
        return forAny;
    }

    /** What any worker may have, even behind something else. */
    Set<TaskJob> ahead() {
        return ahead;
    }

    Set<TaskJob> nested() {
        return nested;
    }

    Set<TaskJob> placedOn(int worker) {
        return placed.getOrDefault(worker, Set.of());
    }

    /** Puts a job where it belongs as things stand; what has its place in a line keeps it. */
    void sort(TaskJob job) {
        boolean any = job.open && job.isForAny();
        put(job, forAny, any);
        put(job, ahead, any && job.mayWait());
        put(job, nested, job.open && job.parent != null);
    }

    private static void put(TaskJob job, Set<TaskJob> line, boolean in) {
        if (in) {
            line.add(job);
        } else {
            line.remove(job);
        }
    }

    void place(TaskJob job, int worker) {
        if (job.isPlacedOn(worker)) {
            placed.computeIfAbsent(worker, id -> new LinkedHashSet<>()).add(job);
        }
    }

    /** It has had its turn, on that worker. */
    void endTurn(TaskJob job, int worker) {
        job.turn = ++turns;
        forAny.remove(job);
        ahead.remove(job);
        nested.remove(job);
        leave(job, worker);
        place(job, worker);
        sort(job);
    }

    void forget(TaskJob job) {
        forAny.remove(job);
        ahead.remove(job);
        nested.remove(job);
        job.places().forEach(worker -> leave(job, worker));
    }

    private void leave(TaskJob job, int worker) {
        Set<TaskJob> line = placed.get(worker);
        if (line != null && line.remove(job) && line.isEmpty()) {
            placed.remove(worker);
        }
    }

    /** Nothing is placed on that worker any more. */
    void forgetPlace(int worker) {
        placed.remove(worker);
    }
}
