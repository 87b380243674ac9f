package io.github.clusterpool;

import io.github.clusterpool.net.Endpoint;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;

/**
 * Runs callbacks, which may block for as long as they like: those that come together on one thread, as to wake another
 * takes longer than most of them; those that find that one at a callback that takes long, on the next.
 */
final class Callbacks implements Executor {
    /** For a callback that waits for something. */
    private static final long LONG_NANOS = 200_000;

    /** As often as Pekko's scheduler wakes anyway. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    /** For one that does not, and that has perhaps only been without a processor. */
    private static final long VERY_LONG_NANOS = LOOK_AGAIN.toNanos();

    private final ActorSystem<?> system;
    private final ThreadPoolExecutor threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Who takes what waits; whoever is not it any more ends with what it is at. */
    private final AtomicReference<@Nullable Runner> current = new AtomicReference<>();

    /** Some callback took long, and none of those that waited behind it has found nothing waiting since then. */
    private volatile boolean blocking;

    private final AtomicBoolean watched = new AtomicBoolean();

    Callbacks(ActorSystem<?> system, String pool) {
        this(
                system,
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, pool + "-callback");
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    /** With {@code threads} for as many callbacks as block at the same time. */
    Callbacks(ActorSystem<?> system, ThreadPoolExecutor threads) {
        this.system = system;
        this.threads = threads;
    }

    /** Nothing that {@code callback} throws may get here. */
    @Override
    public void execute(Runnable callback) {
        waiting.add(callback);
        look();
    }

    /** Sees to it that somebody takes what waits. */
    private void look() {
        Runner now = current.get();
        if (now == null) {
            begin(null);
        } else if (now.isLongAtOne()) {
            blocking = true;
            begin(now);
        } else if (watched.compareAndSet(false, true)) {
            lookAgainSoon(now);
        }
    }

    /** The callback that it is at may never end. */
    private void lookAgainSoon(Runner now) {
        try {
            system.scheduler().scheduleOnce(LOOK_AGAIN, this::lookAgain, ExecutionContext.fromExecutor(Runnable::run));
        } catch (IllegalStateException e) { // the system has ended, and with it its scheduler
            blocking = true;
            begin(now);
        }
    }

    private void lookAgain() {
        watched.set(false);
        if (!waiting.isEmpty()) {
            look();
        }
    }

    private void begin(@Nullable Runner before) {
        Runner next = new Runner();
        if (current.compareAndSet(before, next) && !Endpoint.runLast(next::start)) {
            next.start();
        }
    }

    /** What waits is done all the same, and what still comes; but no thread waits for more. */
    void shutdown() {
        threads.setKeepAliveTime(0, TimeUnit.SECONDS);
    }

    private final class Runner implements Runnable {
        private volatile @Nullable Thread thread;
        private volatile long since;

        void start() {
            threads.execute(this);
        }

        boolean isLongAtOne() {
            Thread at = thread;
            long nanos = at == null ? 0 : System.nanoTime() - since;
            return nanos > VERY_LONG_NANOS || (nanos > LONG_NANOS && at != null && isWaiting(at));
        }

        private static boolean isWaiting(Thread thread) {
            return thread.getState() != Thread.State.RUNNABLE;
        }

        private void takeAll() {
            while (current.get() == this) {
                Runnable next = waiting.poll();
                if (next == null) {
                    blocking = false;
                    return;
                }
                since = System.nanoTime();
                thread = Thread.currentThread();
                if (blocking && !waiting.isEmpty()) {
                    begin(this);
                }
                next.run();
            }
        }

        @Override
        public void run() {
            do {
                takeAll();
            } while (current.compareAndSet(this, null) && !waiting.isEmpty() && current.compareAndSet(null, this));
        }
    }
}
