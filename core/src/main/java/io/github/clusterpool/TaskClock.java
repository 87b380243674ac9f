package io.github.clusterpool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import scala.concurrent.ExecutionContext;

/**
 * What a worker looks at between elements.
 *
 * @param nanos the time; a look at it takes as long as an element can
 * @param tick costs nothing, and moves soon after some time has passed: until then, after elements that took next to no time,
 *     the time is about what it was
 * @param stop ends the ticks
 */
record TaskClock(LongSupplier nanos, LongSupplier tick, Runnable stop) {
    /** As often as Pekko's scheduler wakes anyway. */
    private static final Duration EVERY = Duration.ofMillis(10);

    /** Whose every look is at the time. */
    static TaskClock exact(LongSupplier nanos) {
        return new TaskClock(nanos, nanos, () -> {});
    }

    /** For a worker whose lease may end between any two elements; {@code atTicks} is run at each tick. */
    static TaskClock leased(ActorSystem<?> system, Runnable atTicks) {
        TaskClock coarse = ticking(system, atTicks);
        return new TaskClock(System::nanoTime, coarse.tick(), coarse.stop());
    }

    /** For others, who only want to know when to tell what they have: the time of the last tick will do. */
    static TaskClock coarse(ActorSystem<?> system) {
        return ticking(system, () -> {});
    }

    private static TaskClock ticking(ActorSystem<?> system, Runnable atTicks) {
        AtomicLong now = new AtomicLong(System.nanoTime());
        Runnable tick = () -> {
            now.set(System.nanoTime());
            atTicks.run();
        };
        Cancellable timer = system.scheduler()
                .scheduleAtFixedRate(EVERY, EVERY, tick, ExecutionContext.fromExecutor(Runnable::run));
        return new TaskClock(now::get, now::get, timer::cancel);
    }
}
