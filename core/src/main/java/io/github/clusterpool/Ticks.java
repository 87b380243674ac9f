package io.github.clusterpool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import scala.concurrent.ExecutionContext;

/**
 * Tells that time has passed, not how much: for who would look at the clock after every element, which can take as long
 * as the element itself.
 *
 * @param count another number after a while
 */
record Ticks(LongSupplier count, Runnable stop) {
    /** As often as Pekko's scheduler wakes anyway. */
    private static final Duration EVERY = Duration.ofMillis(10);

    static Ticks of(ActorSystem<?> system) {
        AtomicLong count = new AtomicLong();
        Cancellable timer = system.scheduler()
                .scheduleAtFixedRate(
                        EVERY, EVERY, count::incrementAndGet, ExecutionContext.fromExecutor(Runnable::run));
        return new Ticks(count::get, timer::cancel);
    }
}
