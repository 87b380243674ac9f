package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets workers go whose node drains, without a task that is run twice: what they run they finish, what has not begun goes
 * back, and only then are they lost.
 *
 * <p>The pool's state knows workers that serve and workers that are lost. So the last answer of a worker that leaves is
 * taken in as if another were to come: the state then deals it nothing in its place, and has nothing to take back when,
 * a moment later, the worker is lost.
 */
final class Departures {
    /** What the pool has dealt to one start of a worker. */
    private static final class Stay {
        final Map<Long, Effect.Run> atWorker = new HashMap<>();
        final List<Effect.Run> held = new ArrayList<>();

        @Nullable
        String leaves;

        boolean quiet;
    }

    /** Longer than what the pool's dealer takes for no time: then it gives the worker nothing ahead. */
    static final Duration MOMENT = Duration.ofMillis(30);

    private final boolean used;
    private final Map<Long, Stay> stays = new HashMap<>();

    /** Only nodes that joined can drain. */
    Departures(boolean used) {
        this.used = used;
    }

    private Stay stay(WorkerRef ref) {
        return stays.computeIfAbsent(ref.start(), start -> new Stay());
    }

    /** That worker's node drains: gives back the runs that its worker is to be asked for, if they have not begun. */
    long[] leave(WorkerRef ref, String node) {
        Stay stay = stay(ref);
        stay.leaves = node;
        return stay.atWorker.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether that run is not to be sent: its worker leaves. What is lent must go, or what waits for it never ends. */
    boolean holds(Effect.Run run) {
        if (!used) {
            return false;
        }
        Stay stay = stay(run.ref());
        boolean holds = stay.leaves != null && !run.lent();
        if (holds) {
            stay.held.add(run);
        } else {
            stay.atWorker.put(run.run(), run);
        }
        return holds;
    }

    /** The answer as the state is to have it. */
    Event.Answered answered(Event.Answered answer) {
        Stay stay = stays.get(answer.ref().start());
        Effect.Run run = stay == null || !answer.sequel().isLast() ? null : stay.atWorker.remove(answer.run());
        if (stay == null || run == null || stay.leaves == null || !stay.atWorker.isEmpty()) {
            return answer;
        }
        boolean whole = answer.first() + answer.count() == run.first() + run.count();
        if (answer.sequel() != Sequel.DONE || !whole) {
            return answer;
        }
        stay.quiet = true;
        return new Event.Answered(
                answer.ref(),
                answer.run(),
                answer.job(),
                answer.attempt(),
                answer.first(),
                answer.count(),
                answer.failed(),
                answer.outcomes(),
                Sequel.MORE,
                answer.nanos());
    }

    /** Whether that worker has given its last answer; in a moment it will be dealt nothing any more. */
    boolean isQuiet(WorkerRef ref) {
        Stay stay = stays.get(ref.start());
        return stay != null && stay.quiet;
    }

    /** Whether that worker leaves, and has nothing. */
    boolean isOver(WorkerRef ref) {
        Stay stay = stays.get(ref.start());
        return stay != null && stay.leaves != null && stay.atWorker.isEmpty() && stay.held.isEmpty();
    }

    /** Why that worker is lost. */
    Death death(WorkerRef ref) {
        Stay stay = stays.get(ref.start());
        return new Death("left with node " + (stay == null ? "" : stay.leaves) + ", which drains");
    }

    /** The next run that was not sent, for a worker that has nothing else: it ends with that. Null for none. */
    Effect.@Nullable Run release(WorkerRef ref) {
        Stay stay = stays.get(ref.start());
        if (stay == null || stay.leaves == null || stay.quiet || !stay.atWorker.isEmpty() || stay.held.isEmpty()) {
            return null;
        }
        Effect.Run run = stay.held.remove(0);
        stay.atWorker.put(run.run(), run);
        return run;
    }

    /** What was not sent goes back, as its worker would say that it has not begun it. */
    List<Event.Answered> unsent(WorkerRef ref) {
        Stay stay = stays.get(ref.start());
        List<Event.Answered> unsent = new ArrayList<>();
        if (stay != null) {
            for (Effect.Run run : stay.held) {
                unsent.add(new Event.Answered(
                        run.ref(),
                        run.run(),
                        run.job(),
                        run.attempt(),
                        run.first(),
                        0,
                        0,
                        new byte[0],
                        Sequel.DONE,
                        0));
            }
            stay.held.clear();
        }
        return unsent;
    }

    /** A new life of that start has nothing of what the one before had. */
    void begin(WorkerRef ref) {
        Stay stay = stays.get(ref.start());
        if (stay != null) {
            stay.atWorker.clear();
            stay.held.clear();
        }
    }

    void forget(WorkerRef ref) {
        stays.remove(ref.start());
    }
}
