package io.github.clusterpool.state;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Starts, restarts and ends workers: when, after which pause, and when no more. */
final class Lives {
    private final PoolSettings settings;
    private final Roster roster;
    private final Alarms alarms;
    private final List<Effect> effects;

    Lives(PoolSettings settings, Roster roster, Alarms alarms, List<Effect> effects) {
        this.settings = settings;
        this.roster = roster;
        this.alarms = alarms;
        this.effects = effects;
    }

    void start(WorkerSlot slot) {
        roster.setPhase(slot, WorkerSlot.Phase.STARTING);
        effects.add(new Effect.Start(slot.ref));
    }

    void up(WorkerSlot slot, Event.Up up, long epoch) {
        roster.setPhase(slot, WorkerSlot.Phase.REPLAYING);
        roster.begin(slot, up.ref(), epoch);
        slot.node = up.node();
        slot.pid = up.pid();
    }

    void ready(WorkerSlot slot, long epoch) {
        slot.applied = Math.max(slot.applied, slot.unanswered.isEmpty() ? slot.horizon : 0);
        slot.everReady = true;
        roster.setPhase(slot, WorkerSlot.Phase.READY);
    }

    /** Restarts a worker that was lost; false if it has been lost too often in a row. */
    boolean lost(WorkerSlot slot, Death death) {
        slot.death = death;
        slot.failures++;
        slot.unanswered.clear();
        slot.ref = new WorkerRef(slot.id, roster.nextIncarnation());
        if (slot.failures >= (slot.everReady ? settings.restartLimit() : settings.startAttempts())) {
            roster.setPhase(slot, WorkerSlot.Phase.FAILED);
            certify(slot, death, "; given up after " + slot.failures + " times in a row");
            return false;
        }
        slot.restarts++;
        long pause = pause(slot.failures);
        certify(slot, death, "; restart " + slot.restarts + after(pause));
        if (pause == 0) {
            start(slot);
        } else {
            roster.setPhase(slot, WorkerSlot.Phase.RESTING);
            WorkerRef next = slot.ref;
            alarms.after(pause, () -> startIfResting(next));
        }
        return true;
    }

    /** All that is known of a death, once, for the log. */
    void certify(WorkerSlot slot, Death death, String sequel) {
        String uptime = death.uptime().isZero()
                ? ""
                : String.format(Locale.ROOT, ", after %.1f s", death.uptime().toMillis() / 1e3);
        effects.add(new Effect.Note("worker " + slot.id + " " + death.reason() + uptime + slot.inHand + sequel
                + Death.lastWords(death.lastLines())));
    }

    void revive(WorkerSlot slot) {
        slot.failures = 0;
        slot.homeless = false;
        start(slot);
    }

    private static String after(long pause) {
        return pause == 0 ? "" : " in " + pause / 1_000_000 + " ms";
    }

    private void startIfResting(WorkerRef ref) {
        WorkerSlot slot = roster.find(ref);
        if (slot != null && slot.phase == WorkerSlot.Phase.RESTING) {
            start(slot);
        }
    }

    /** None before the first restart in a row, then doubling. */
    private long pause(int failures) {
        if (failures == 1) {
            return 0;
        }
        long factor = 1L << Math.min(30, failures - 2);
        return Math.min(settings.maxBackoffNanos(), settings.backoffNanos() * factor);
    }

    /** Lets a worker that is on its way out finish what it has, for so long as a cancelled task may take. */
    void stopWhenDone(WorkerSlot slot, Consumer<WorkerSlot> endNow) {
        if (slot.flights.isEmpty()) {
            stopNow(slot, false);
        } else {
            alarms.after(settings.cancelGraceNanos(), () -> {
                if (roster.find(slot.ref) == slot && !slot.flights.isEmpty()) {
                    endNow.accept(slot);
                }
            });
        }
    }

    /** The same without a bound: what waits there and has not begun is asked back. */
    void stopInPeace(WorkerSlot slot) {
        long[] back = slot.flights.stream()
                .filter(flight -> flight.job.rules.dealing() == Dealing.ROUND_ROBIN)
                .filter(flight -> !flight.isCancelled() && !flight.recalled)
                .filter(flight -> !slot.hasBegun(flight) || (flight.maySplit() && flight.open() > 1))
                .peek(flight -> flight.recalled = true)
                .mapToLong(flight -> flight.run)
                .toArray();
        if (back.length > 0) {
            effects.add(new Effect.Recall(slot.ref, back));
        }
        stopIfDone(slot);
    }

    /** Gives a worker up until there is a place for it. */
    void giveUpForNow(WorkerSlot slot, Death death) {
        slot.death = death;
        slot.homeless = true;
        slot.unanswered.clear();
        roster.setPhase(slot, WorkerSlot.Phase.FAILED);
    }

    void stopIfDone(WorkerSlot slot) {
        if (slot.flights.isEmpty()) {
            stopNow(slot, false);
        }
    }

    void stopNow(WorkerSlot slot, boolean force) {
        if (roster.find(slot.ref) == slot) {
            slot.killed |= force;
            effects.add(new Effect.Stop(slot.ref, force));
        }
    }
}
