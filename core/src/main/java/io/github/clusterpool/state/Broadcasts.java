package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings every change of state to every worker and collects their answers. */
final class Broadcasts {
    private final Journal journal;
    private final List<Effect> effects;
    private final Map<Long, Broadcast> byEpoch = new LinkedHashMap<>();

    Broadcasts(Journal journal, List<Effect> effects) {
        this.journal = journal;
        this.effects = effects;
    }

    /** Sends a new entry to all workers that are there; the others get it with the journal. */
    Broadcast begin(long job, Entry entry, List<WorkerSlot> awaited, long lastRun, Roster roster, long floor) {
        Broadcast broadcast =
                new Broadcast(job, entry, awaited.stream().map(slot -> slot.id).toList(), lastRun);
        byEpoch.put(entry.epoch(), broadcast);
        tell(entry, roster, floor);
        return broadcast;
    }

    void tell(Entry entry, Roster roster, long floor) {
        List<WorkerRef> refs = new ArrayList<>();
        for (WorkerSlot slot : roster.slots()) {
            if (slot.isUp()) {
                slot.sent(entry.epoch());
                refs.add(slot.ref);
            }
        }
        if (!refs.isEmpty()) {
            effects.add(new Effect.Apply(refs, entry, floor));
        }
    }

    /** Sends a worker that knows nothing all that the others know. */
    void replay(WorkerSlot slot, long floor) {
        for (Entry entry : journal.entries()) {
            slot.sent(entry.epoch());
            effects.add(new Effect.Apply(List.of(slot.ref), entry, floor));
            Broadcast open = byEpoch.get(entry.epoch());
            if (open != null && open.stopped) {
                stop(open, List.of(slot));
            }
        }
        slot.horizon = journal.epoch();
    }

    /** Books an answer, asked for or not; null if the change was settled before. */
    @Nullable
    Broadcast answered(WorkerSlot slot, Event.Applied applied) {
        Broadcast broadcast = byEpoch.get(applied.epoch());
        if (broadcast == null) {
            return null;
        }
        if (applied.failed() || broadcast.stopped) {
            broadcast.failed.add(slot.ref);
            slot.failedAt.add(applied.epoch());
        } else {
            broadcast.someApplied = true;
        }
        if (broadcast.awaited.remove(slot.id) && !broadcast.cancelled) {
            effects.add(new Effect.Deliver(
                    broadcast.job,
                    slot.id,
                    broadcast.position(slot.id),
                    1,
                    applied.failed() ? 1 : 0,
                    applied.outcome(),
                    0));
        }
        return broadcast;
    }

    /** A worker died before it answered; its next life answers when it takes over the journal. */
    void lost(WorkerSlot slot) {
        slot.unanswered.clear();
    }

    /** A worker that will not come back answers nothing any more. */
    List<Broadcast> giveUp(WorkerSlot slot, Death death) {
        List<Broadcast> waiting = new ArrayList<>();
        for (Broadcast broadcast : byEpoch.values()) {
            if (broadcast.awaited.remove(slot.id)) {
                waiting.add(broadcast);
                if (!broadcast.cancelled) {
                    Loss loss = new Loss(Loss.Kind.NO_WORKER, slot.id, 1, death.reason());
                    effects.add(new Effect.Fail(broadcast.job, broadcast.position(slot.id), 1, loss));
                }
            }
        }
        return waiting;
    }

    void end(Broadcast broadcast) {
        if (byEpoch.remove(broadcast.entry.epoch()) != null && !broadcast.cancelled) {
            effects.add(new Effect.End(broadcast.job, broadcast.size(), new Ending.Completed()));
        }
    }

    void endAll(Ending ending) {
        for (Broadcast broadcast : byEpoch.values()) {
            if (!broadcast.cancelled) {
                effects.add(new Effect.End(broadcast.job, broadcast.size(), ending));
            }
        }
        byEpoch.clear();
    }

    /** The caller does not wait any more. */
    @Nullable
    Broadcast giveUpOn(long job, Ending ending) {
        for (Broadcast broadcast : byEpoch.values()) {
            if (broadcast.job == job && !broadcast.cancelled) {
                broadcast.cancelled = true;
                effects.add(new Effect.End(job, broadcast.size(), ending));
                return broadcast;
            }
        }
        return null;
    }

    /** Its code is to stop on those of the workers that have not answered, and what it did to be undone; they are waited for. */
    void stop(Broadcast broadcast, List<WorkerSlot> slots) {
        long epoch = broadcast.entry.epoch();
        List<WorkerSlot> open =
                slots.stream().filter(slot -> slot.unanswered.contains(epoch)).toList();
        broadcast.stopped = true;
        open.forEach(slot -> broadcast.awaited.add(slot.id));
        effects.add(new Effect.StopEvalq(open.stream().map(slot -> slot.ref).toList(), epoch));
    }

    boolean isAnyOpen() {
        return !byEpoch.isEmpty();
    }

    boolean isOpen(Broadcast broadcast) {
        return byEpoch.get(broadcast.entry.epoch()) == broadcast;
    }

    /** The epoch of the oldest change that still waits for answers. */
    long oldest() {
        return byEpoch.isEmpty() ? Long.MAX_VALUE : byEpoch.keySet().iterator().next();
    }
}
