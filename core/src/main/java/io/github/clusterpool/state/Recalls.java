package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a worker that has been at one chunk for long, against all expectation, for what waits behind it and for half of
 * what is left of it: if another worker is free, or if another job waits that had not been dealt to wait so long.
 */
final class Recalls {
    private final PoolSettings settings;
    private final List<Effect> effects;
    private final Roster roster;
    private final Alarms alarms;
    private final OpenJobs open;
    private boolean seeking;

    Recalls(PoolSettings settings, List<Effect> effects, Roster roster, Alarms alarms, OpenJobs open) {
        this.settings = settings;
        this.effects = effects;
        this.roster = roster;
        this.alarms = alarms;
        this.open = open;
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
        List<Flight> wanted = isLate(slot) ? wanted(slot, waiting) : List.of();
        if (!wanted.isEmpty()) {
            ask(slot, wanted);
        }
        if (wanted.size() < waiting.size()) {
            watch(slot);
        }
    }

    /** All if somebody is free; if not, what another job waits behind that nobody thought to take so long. */
    private List<Flight> wanted(WorkerSlot slot, List<Flight> waiting) {
        if (roster.idleCount() > 0) {
            return waiting;
        }
        TaskJob job = slot.flights.element().job;
        boolean othersWait = slot.flights.stream().anyMatch(flight -> flight.job != job) || othersWait(job);
        List<Flight> wanted = new ArrayList<>();
        if (othersWait) {
            slot.flights.stream()
                    .filter(flight -> canShare(flight) && isLong(flight))
                    .forEach(wanted::add);
        }
        return wanted;
    }

    /** Something waits for a worker, or some worker for something: whoever has been at a chunk for long shall share it. */
    void seek() {
        if (!seeking
                && roster.isAnySplittable()
                && (roster.idleCount() > 0 || !open.forAny().isEmpty())) {
            seeking = true;
            alarms.after(settings.lateNanos(), this::share);
        }
    }

    private void share() {
        seeking = false;
        boolean anyIdle = roster.idleCount() > 0;
        List<WorkerSlot> sharing = roster.slots().stream()
                .filter(slot -> slot.isReady() && canShare(slot.flights.peek()))
                .toList();
        sharing.stream()
                .filter(slot -> isLate(slot) && (anyIdle || isInTheWay(slot.flights.element())))
                .sorted(Comparator.comparingLong(Recalls::left).reversed())
                .limit(anyIdle ? roster.idleCount() : sharing.size())
                .forEach(slot -> ask(slot, List.of(slot.flights.element())));
        if (!sharing.isEmpty()) {
            seek();
        }
    }

    private void ask(WorkerSlot slot, List<Flight> flights) {
        flights.forEach(flight -> flight.recalled = true);
        effects.add(new Effect.Recall(
                slot.ref, flights.stream().mapToLong(flight -> flight.run).toArray()));
    }

    private boolean isLate(WorkerSlot slot) {
        return slot.headNanos(alarms.now()) >= settings.lateNanos();
    }

    private boolean isInTheWay(Flight head) {
        return isLong(head) && othersWait(head.job);
    }

    private boolean othersWait(TaskJob job) {
        Iterator<TaskJob> jobs = open.forAny().iterator();
        return jobs.hasNext() && (jobs.next() != job || jobs.hasNext());
    }

    private static boolean isLong(Flight flight) {
        return flight.job.isLong(flight.open());
    }

    private static boolean canShare(@Nullable Flight head) {
        return head != null && !head.isCancelled() && !head.recalled && head.maySplit() && head.open() > 1;
    }

    /** What is left there, in time as far as that is known and otherwise in elements. */
    private static long left(WorkerSlot slot) {
        Flight head = slot.flights.element();
        return Math.max(head.open(), head.job.expectedNanos(head.open()));
    }

    /** What R places on a worker stays there. */
    private static boolean mayRunElsewhere(Flight flight) {
        return !flight.isCancelled() && !flight.recalled && flight.job.rules.dealing() == Dealing.ROUND_ROBIN;
    }
}
