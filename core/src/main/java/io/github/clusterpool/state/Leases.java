package io.github.clusterpool.state;

import java.util.function.BiConsumer;

/**
 * Watches over the workers' signs of life: one that is silent is dealt nothing new, one that stays silent is lost.
 *
 * <p>Silence counts only while somebody listens: what an alarm is late by, for this JVM itself was frozen or busy, is
 * nobody's fault. A node's own lease begins when it sends its beat and so ends before its worker is taken for lost here.
 */
final class Leases {
    private static final int LOOKS = 4;

    private final PoolSettings settings;
    private final Roster roster;
    private final Alarms alarms;
    private final BiConsumer<WorkerSlot, Death> lost;

    Leases(PoolSettings settings, Roster roster, Alarms alarms, BiConsumer<WorkerSlot, Death> lost) {
        this.settings = settings;
        this.roster = roster;
        this.alarms = alarms;
        this.lost = lost;
    }

    /** From now on that start of a worker must be heard of. */
    void begin(WorkerSlot slot) {
        slot.heardAt = alarms.now();
        roster.suspect(slot, false);
        if (slot.id > settings.staffing().local()) {
            lookAfter(settings.suspectNanos(), slot, slot.ref);
        }
    }

    /** Books a sign of life; true if the worker was suspect. */
    boolean heard(WorkerSlot slot) {
        boolean wasSuspect = slot.suspect;
        slot.heardAt = alarms.now();
        roster.suspect(slot, false);
        return wasSuspect;
    }

    private void lookAfter(long pause, WorkerSlot slot, WorkerRef start) {
        long due = alarms.now() + pause;
        alarms.after(pause, () -> {
            if ((slot.isUp() || slot.isFinishing()) && slot.ref.isSameStart(start) && roster.find(slot.ref) == slot) {
                look(slot, start, alarms.now() - due);
            }
        });
    }

    /** In steps, so that a pause of our own is noticed in time. */
    private void look(WorkerSlot slot, WorkerRef start, long late) {
        slot.heardAt = Math.min(alarms.now(), slot.heardAt + late);
        long silent = alarms.now() - slot.heardAt;
        if (silent >= settings.lostNanos()) {
            lost.accept(slot, death(slot));
            return;
        }
        roster.suspect(slot, silent >= settings.suspectNanos());
        long next = slot.suspect ? settings.lostNanos() : settings.suspectNanos();
        long step = Math.max(1, settings.suspectNanos() / LOOKS);
        lookAfter(slot.suspect ? Math.min(step, next - silent) : next - silent, slot, start);
    }

    private Death death(WorkerSlot slot) {
        long millis = settings.lostNanos() / 1_000_000;
        String time = millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
        return new Death(
                "(pid " + slot.pid + ") has not been heard of for " + time + " (frozen or cut off) and was killed");
    }
}
