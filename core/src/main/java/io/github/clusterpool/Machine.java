package io.github.clusterpool;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What a pool's actors take from the machine they run on; a simulation gives them one of its own.
 *
 * @param clock nanoseconds that never go back
 * @param coarse for workers in the driver's JVM; made for who stops it in the end
 * @param leased likewise, for those in other JVMs; runs something at its ticks
 * @param lanes for user code
 */
record Machine(
        LongSupplier clock,
        Function<ActorSystem<?>, TaskClock> coarse,
        BiFunction<ActorSystem<?>, Runnable, TaskClock> leased,
        TaskLane.Maker lanes) {
    private static final Machine REAL =
            new Machine(System::nanoTime, TaskClock::coarse, TaskClock::leased, DaemonLane::new);

    static Machine real() {
        return REAL;
    }

    long nanos() {
        return clock.getAsLong();
    }
}
