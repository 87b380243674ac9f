package io.github.clusterpool;

import java.util.function.LongSupplier;

/**
 * What a pool's actors take from the machine they run on; a simulation gives them one of its own.
 *
 * @param clock nanoseconds that never go back
 * @param lanes for user code
 */
record Machine(LongSupplier clock, TaskLane.Maker lanes) {
    private static final Machine REAL = new Machine(System::nanoTime, DaemonLane::new);

    static Machine real() {
        return REAL;
    }

    long nanos() {
        return clock.getAsLong();
    }
}
