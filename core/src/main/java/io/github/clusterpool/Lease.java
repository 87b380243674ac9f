package io.github.clusterpool;

import java.util.function.BooleanSupplier;

/** Until when a node may start work for a pool: so long after its last sign of life that the pool answered. */
final class Lease {
    private static final long LOOK_AGAIN_NANOS = 20_000_000;

    private final long nanos;
    private volatile long end;

    Lease(long nanos, long now) {
        this.nanos = nanos;
        this.end = now + nanos;
    }

    /** Answers may overtake each other. */
    synchronized void renew(long sentNanos) {
        long renewed = sentNanos + nanos;
        if (renewed - end > 0) {
            end = renewed;
        }
    }

    /** Waits on a worker's thread until it holds or that is {@code pointless}; an interrupt is a reason to look again. */
    void await(Machine machine, TaskLane lane, BooleanSupplier pointless) {
        while (isOver(machine.nanos()) && !pointless.getAsBoolean()) {
            try {
                lane.sleep(LOOK_AGAIN_NANOS);
            } catch (InterruptedException e) {
                // whoever interrupts has said why before
            }
        }
    }

    boolean isOver(long now) {
        return now - end >= 0;
    }
}
