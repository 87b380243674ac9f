package io.github.clusterpool.state;

/**
 * Decides how large a pool is to be, from how much work waits and how many workers had some. It grows when work has waited
 * for a while although nothing new is on its way, and shrinks to what was needed over a longer while; so a load that stays
 * the same, or comes and goes faster than that, changes nothing.
 */
final class Scaler {
    /** Looks in the shorter of the two pauses. */
    private static final int LOOKS = 4;

    private static final long LONGEST_LOOK_NANOS = 250_000_000;
    private static final long SHORTEST_LOOK_NANOS = 5_000_000;
    private static final long NONE = Long.MIN_VALUE;

    /**
     * How a pool stands.
     *
     * @param size workers, whatever their state
     * @param awaited of them are neither there nor given up
     * @param failed given up, for lack of room or after too many deaths
     * @param busiest workers that had work at the same time since the last look, at most
     * @param waiting tasks that further workers could begin at once
     * @param begun tasks that do not wait any more, since the pool was made
     */
    record Load(int size, int awaited, int failed, int busiest, long waiting, long begun) {}

    private final Staffing staffing;

    /** Since when some work has waited, and how many tasks will have begun when all of that has. */
    private long waitingSince = NONE;

    private long goal;

    /** The most workers that were needed since then; all of them were, just before. */
    private int needed;

    private long spareSince = NONE;

    Scaler(Staffing staffing) {
        this.staffing = staffing;
    }

    boolean isOn() {
        return staffing.max() > 0;
    }

    /** How long to wait before each look. */
    long lookNanos() {
        long pause = Math.min(staffing.growNanos(), staffing.shrinkNanos()) / LOOKS;
        return Math.max(SHORTEST_LOOK_NANOS, Math.min(LONGEST_LOOK_NANOS, pause));
    }

    /** Whether there is anything to decide as long as nothing happens. */
    boolean cares(int size, long open) {
        return isOn() && (open > 0 || size > staffing.min());
    }

    /** The size that the pool is to have now. */
    int decide(Load load, long now) {
        int wanted = grown(load, now);
        if (wanted > load.size()) {
            waitingSince = NONE;
            spareSince = NONE;
            return wanted;
        }
        return shrunk(load, now);
    }

    private int grown(Load load, long now) {
        if (load.waiting() == 0) {
            waitingSince = NONE;
        } else if (waitingSince == NONE || load.begun() >= goal) {
            waitingSince = now;
            goal = load.begun() + load.waiting();
        } else if (now - waitingSince >= staffing.growNanos() && load.awaited() == 0 && load.failed() == 0) {
            long useful = Math.min(2L * load.size(), load.busiest() + load.waiting());
            return (int) Math.min(staffing.max(), Math.max(load.size() + 1L, useful));
        }
        return load.size() < staffing.min() && load.awaited() == 0 ? staffing.min() : load.size();
    }

    private int shrunk(Load load, long now) {
        int busy = load.waiting() > 0 ? load.size() : load.busiest();
        needed = Math.max(needed, busy);
        if (spareSince == NONE || needed >= load.size()) {
            spareSince = now;
            needed = 0;
        } else if (now - spareSince >= staffing.shrinkNanos()) {
            int wanted = Math.max(staffing.min(), needed);
            spareSince = now;
            needed = 0;
            return Math.min(load.size(), wanted);
        }
        return load.size();
    }
}
