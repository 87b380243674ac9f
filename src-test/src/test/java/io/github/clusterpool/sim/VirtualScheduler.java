package io.github.clusterpool.sim;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Pekko's scheduler in the time of a world. */
public final class VirtualScheduler extends AbstractScheduler {
    private final World world;

    /** Made by Pekko. */
    public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
        this.world = World.of(config);
    }

    private static final class Once implements Cancellable {
        private final AtomicReference<Runnable> cancel = new AtomicReference<>();
        private boolean cancelled;

        @Override
        public boolean cancel() {
            boolean first = cancel.get() != null && !cancelled;
            if (first) {
                cancelled = true;
                cancel.get().run();
            }
            return first;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        Once once = new Once();
        once.cancel.set(world.after(delay.toNanos(), () -> {
            once.cancel.set(null);
            executor.execute(task);
        }));
        return once;
    }

    @Override
    @Deprecated // for callers; it is still what all repeated timers come down to
    public Cancellable schedule(
            FiniteDuration initialDelay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        Once once = new Once();
        once.cancel.set(world.after(initialDelay.toNanos(), () -> again(once, interval.toNanos(), task, executor)));
        return once;
    }

    private void again(Once once, long interval, Runnable task, ExecutionContext executor) {
        once.cancel.set(world.after(interval, () -> again(once, interval, task, executor)));
        executor.execute(task);
    }

    @Override
    public double maxFrequency() {
        return 1_000_000;
    }
}
