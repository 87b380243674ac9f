package io.github.clusterpool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import scala.concurrent.ExecutionContext;

/** What a worker looks at after each element. */
record TaskClock(LongSupplier nanos, Runnable stop) {
    /** As often as Pekko's scheduler wakes anyway. */
    private static final Duration EVERY = Duration.ofMillis(10);

    /** For a worker whose lease may end between any two elements. */
    static TaskClock exact(LongSupplier nanos) {
        return new TaskClock(nanos, () -> {});
    }

    /** For others, who only want to know when to tell what they have: a look at the time takes as long as an element can. */
    static TaskClock coarse(ActorSystem<?> system) {
        AtomicLong now = new AtomicLong(System.nanoTime());
        Cancellable timer = system.scheduler()
                .scheduleAtFixedRate(
                        EVERY, EVERY, () -> now.set(System.nanoTime()), ExecutionContext.fromExecutor(Runnable::run));
        return new TaskClock(now::get, timer::cancel);
    }
}
