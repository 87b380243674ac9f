package io.github.clusterpool.state;

import java.util.List;

/**
 * Asks a worker to give back what it has not begun, if that waits behind a chunk that takes far longer than thought while
 * another worker is free.
 */
final class Recalls {
    private final PoolSettings settings;
    private final List<Effect> effects;
    private final Roster roster;
    private final Alarms alarms;

    Recalls(PoolSettings settings, List<Effect> effects, Roster roster, Alarms alarms) {
        this.settings = settings;
        this.effects = effects;
        this.roster = roster;
        this.alarms = alarms;
    }

    /** Something waits there now. */
    void watch(WorkerSlot slot) {
        if (!slot.watched) {
            slot.watched = true;
            alarms.after(settings.lateNanos(), () -> look(slot));
        }
    }

    private void look(WorkerSlot slot) {
        slot.watched = false;
        List<Flight> waiting = slot.flights.stream()
                .filter(flight -> !slot.hasBegun(flight) && mayRunElsewhere(flight))
                .toList();
        if (waiting.isEmpty()) {
            return;
        }
        if (slot.headNanos(alarms.now()) >= settings.lateNanos() && roster.idleCount() > 0) {
            waiting.forEach(flight -> flight.recalled = true);
            effects.add(new Effect.Recall(
                    slot.ref, waiting.stream().mapToLong(flight -> flight.run).toArray()));
        } else {
            watch(slot);
        }
    }

    /** What R places on a worker stays there. */
    private static boolean mayRunElsewhere(Flight flight) {
        return !flight.cancelled && !flight.recalled && flight.job.rules.dealing() == Dealing.ROUND_ROBIN;
    }
}
