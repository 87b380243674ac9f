package io.github.clusterpool.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes of the workers' variables: each reaches every worker that serves, or is taken back. */
final class Changes {
    /** What answers, and answers that do not come, mean for a worker. */
    interface Workers {
        void ready(WorkerSlot slot);

        void replace(WorkerSlot slot, Death death);

        void lost(WorkerSlot slot, Death death);

        void deal();

        /** The lowest epoch that a task may still run at. */
        long floor();
    }

    private final PoolSettings settings;
    private final List<Effect> effects;
    private final Journal journal;
    private final Broadcasts broadcasts;
    private final Roster roster;
    private final Dealer dealer;
    private final Alarms alarms;
    private final Workers workers;

    Changes(
            PoolSettings settings,
            List<Effect> effects,
            Journal journal,
            Broadcasts broadcasts,
            Roster roster,
            Dealer dealer,
            Alarms alarms,
            Workers workers) {
        this.settings = settings;
        this.effects = effects;
        this.journal = journal;
        this.broadcasts = broadcasts;
        this.roster = roster;
        this.dealer = dealer;
        this.alarms = alarms;
        this.workers = workers;
    }

    void export(Event.Export export) {
        Ending refusal = refusal(export.bytes());
        if (refusal != null) {
            effects.add(new Effect.End(export.job(), 0, refusal));
        } else {
            List<WorkerSlot> there =
                    roster.slots().stream().filter(WorkerSlot::isUp).toList();
            begin(export.job(), journal.export(export.values(), export.bytes()), there, export.timeoutNanos());
        }
    }

    void evalq(Event.Evalq evalq) {
        Ending refusal = refusal(evalq.code().length);
        if (refusal != null) {
            effects.add(new Effect.End(evalq.job(), 0, refusal));
        } else {
            begin(evalq.job(), journal.evalq(evalq.code()), roster.inService(), evalq.timeoutNanos());
        }
    }

    private void begin(long job, Entry entry, List<WorkerSlot> awaited, long timeout) {
        if (timeout > 0) {
            alarms.after(timeout, () -> giveUpOn(job, new Ending.TimedOut(timeout, Halt.NONE)));
        }
        settle(broadcasts.begin(job, entry, awaited, dealer.lastRun(), roster, workers.floor()));
    }

    private @Nullable Ending refusal(long bytes) {
        if (journal.size() >= settings.maxJournalEntries()) {
            return new Ending.Overloaded(
                    "journal entries",
                    journal.size() + 1L,
                    settings.maxJournalEntries(),
                    "clusterpool.journal.max-entries");
        }
        if (journal.bytes() + bytes > settings.maxJournalBytes()) {
            return new Ending.Overloaded(
                    "journal bytes",
                    journal.bytes() + bytes,
                    settings.maxJournalBytes(),
                    "clusterpool.journal.max-bytes");
        }
        return null;
    }

    /**
     * Books a worker's answer.
     *
     * @return false if it comes from an earlier life
     */
    boolean applied(Event.Applied applied) {
        WorkerSlot slot = roster.find(applied.ref());
        Long next = slot == null || slot.phase == WorkerSlot.Phase.LEAVING ? null : slot.unanswered.peek();
        if (slot == null || next == null || next != applied.epoch()) {
            return false;
        }
        slot.answered(applied.epoch());
        Broadcast broadcast = broadcasts.answered(slot, applied);
        if (broadcast == null && applied.failed() && slot.isUp()) {
            replayFailed(slot, applied.reason());
            return true;
        }
        if (slot.phase == WorkerSlot.Phase.REPLAYING && slot.unanswered.isEmpty()) {
            workers.ready(slot);
        } else if (slot.isReady()) {
            dealer.offer(slot);
            workers.deal();
        }
        if (broadcast != null) {
            settle(broadcast);
        }
        return true;
    }

    /** A worker does not come back: nobody waits for its answers. */
    void giveUp(WorkerSlot slot, Death death) {
        broadcasts.giveUp(slot, death).forEach(this::settle);
    }

    /** Without the state of the others a worker is no worker. */
    private void replayFailed(WorkerSlot slot, String reason) {
        Death death = new Death("could not take over the pool's state: " + reason);
        effects.add(new Effect.Stop(slot.ref, true));
        roster.awaitEnd(slot.ref);
        workers.lost(slot, death);
    }

    /**
     * Nobody waits for a change any more. Code that no worker is known to be done with is stopped everywhere; else it goes on,
     * so that all workers have the same. Either way they have as long as with a cancelled task.
     */
    void giveUpOn(long job, Ending ending) {
        Broadcast broadcast = broadcasts.giveUpOn(job, ending);
        if (broadcast == null || !(broadcast.entry instanceof Entry.Evalq)) {
            return;
        }
        if (!broadcast.someApplied && isNewestCode(broadcast.entry)) {
            broadcasts.stop(
                    broadcast, roster.slots().stream().filter(WorkerSlot::isUp).toList());
        }
        alarms.after(settings.cancelGraceNanos(), () -> endIfStuck(broadcast));
    }

    /** Later code may have seen what this one did on a worker that has not told of it yet. */
    private boolean isNewestCode(Entry evalq) {
        return journal.entries().stream()
                .noneMatch(entry -> entry instanceof Entry.Evalq && entry.epoch() > evalq.epoch());
    }

    private List<WorkerSlot> waitedFor(Broadcast broadcast) {
        return roster.slots().stream()
                .filter(slot -> slot.isUp() && broadcast.awaited.contains(slot.id))
                .toList();
    }

    private void endIfStuck(Broadcast broadcast) {
        if (!broadcasts.isOpen(broadcast)) {
            return;
        }
        List<WorkerSlot> waitedFor = waitedFor(broadcast);
        if (waitedFor.isEmpty() || !waitedFor.stream().allMatch(broadcast::isAt)) {
            alarms.after(settings.cancelGraceNanos(), () -> endIfStuck(broadcast));
        } else if (broadcast.someApplied) {
            waitedFor.forEach(slot -> workers.replace(slot, new Death("went on with a cancelled evalq")));
        } else {
            broadcasts.end(broadcast);
            withdraw(broadcast.entry.epoch());
        }
    }

    private void settle(Broadcast broadcast) {
        if (!broadcast.awaited.isEmpty()) {
            return;
        }
        broadcasts.end(broadcast);
        if (!broadcast.someApplied && !broadcast.failed.isEmpty()) {
            withdraw(broadcast.entry.epoch());
            return;
        }
        for (WorkerRef ref : broadcast.failed) {
            WorkerSlot slot = roster.find(ref);
            if (slot != null && slot.isUp()) {
                workers.replace(slot, new Death("could not apply what other workers could"));
            }
        }
    }

    /** Takes back a change that no worker could apply; one that may still manage is no use beside the others. */
    private void withdraw(long epoch) {
        journal.withdraw(epoch);
        for (WorkerSlot slot : List.copyOf(roster.slots())) {
            if (slot.failedAt.remove(epoch)) {
                dealer.offer(slot);
            }
            if (slot.unanswered.contains(epoch)) {
                workers.replace(slot, new Death("was applying a change that was taken back"));
            }
        }
        dealer.stir();
        workers.deal();
    }
}
