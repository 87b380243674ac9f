package io.github.clusterpool.sim;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.dispatch.Mailbox;

/**
 * A world with a time of its own, in which one thing happens at a time: an actor takes one message, a fiber goes on, or,
 * when nothing else can happen, time leaps to the next timer. Chance, from a seed, picks what happens next, so that the
 * same seed tells the same story.
 *
 * <p>Its ActorSystem serves many seeds, one after another.
 */
public final class World {
    /** More than this without time passing is a circle that nothing leaves. */
    private static final int MOST_STEPS_AT_ONCE = 200_000;

    private static final long LOOK_AGAIN_NANOS = 100_000;

    private static final String NAME = "simulation.world";
    private static final Map<String, World> WORLDS = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ThreadLocal<World> CURRENT = new ThreadLocal<>();

    private record Timer(long at, long order, Runnable action, boolean[] cancelled) {}

    private final List<Runnable> ready = new ArrayList<>();
    private final List<Runnable> pickable = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::order));
    private final List<Fiber> fibers = new ArrayList<>();
    private final Set<String> frozen = new HashSet<>();
    private final Semaphore home = new Semaphore(0);
    private final List<Throwable> errors = new ArrayList<>();
    private final ActorSystem<Void> system;
    private Story story = new Story(false);
    private Chance chance = new Chance(0);
    private volatile boolean started;
    private long now;
    private long timersMade;
    private long stepsNow;

    // what runUntil was asked, and what came of it: one thread works for it at a time, and hands on to the next
    private BooleanSupplier done = () -> true;
    private long deadline;
    private boolean cameDone;
    private Throwable thrown;

    /** Makes a world and its ActorSystem. */
    public World() {
        SimLog.install();
        String name = "world-" + COUNT.incrementAndGet();
        WORLDS.put(name, this);
        Thread starter = new Thread(this::runWhileStarting, name);
        starter.setDaemon(true);
        starter.start();
        system = ActorSystem.create(Behaviors.empty(), "clusterpool", config(name));
        started = true;
        join(starter);
    }

    private static Config config(String name) {
        return ConfigFactory.parseString(
                        """
                %s = %s
                pekko.loglevel = WARNING
                pekko.log-dead-letters = off
                pekko.daemonic = on
                pekko.jvm-exit-on-fatal-error = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.scheduler.implementation = "%s"
                one-at-a-time { type = Dispatcher, executor = "%s", throughput = 1 }
                pekko.actor.default-dispatcher = ${one-at-a-time}
                pekko.actor.internal-dispatcher = ${one-at-a-time}
                pekko.actor.default-blocking-io-dispatcher = ${one-at-a-time}
                """.formatted(NAME, name, VirtualScheduler.class.getName(), WorldExecutor.class.getName()))
                .withFallback(ConfigFactory.load())
                .resolve();
    }

    /** An ActorSystem waits for its own first actors. */
    private void runWhileStarting() {
        while (!started) {
            Runnable next = pollAny();
            if (next != null) {
                next.run();
            } else {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    private synchronized Runnable pollAny() {
        return ready.isEmpty() ? null : ready.remove(0);
    }

    private static void join(Thread starter) {
        try {
            starter.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static World of(Config config) {
        return WORLDS.get(config.getString(NAME));
    }

    /** The world that this thread belongs to; null for none. */
    static World current() {
        return CURRENT.get();
    }

    static void enter(World world) {
        CURRENT.set(world);
    }

    /** This thread belongs to no world any more. */
    public static void leave() {
        CURRENT.remove();
    }

    public ActorSystem<Void> system() {
        return system;
    }

    /** Begins anew: with that seed, at time 0, with nothing left of what was before. */
    public void begin(long seed, boolean told) {
        while (!ready.isEmpty()) {
            ready.remove(0).run(); // what is left of the system's own start; dropped, it would never be run again
        }
        timers.clear();
        fibers.clear();
        frozen.clear();
        errors.clear();
        chance = new Chance(seed);
        story = new Story(told);
        now = 0;
        timersMade = 0;
        stepsNow = 0;
        enter(this);
    }

    public Chance chance() {
        return chance;
    }

    public Story story() {
        return story;
    }

    /** Nanoseconds since the beginning. */
    public long now() {
        return now;
    }

    /** Adds a line to the story. */
    public void tell(String line) {
        story.add(now, line);
    }

    /** Has something done later; the result cancels it. */
    public Runnable after(long nanos, Runnable action) {
        boolean[] cancelled = new boolean[1];
        synchronized (this) {
            timers.add(new Timer(now + Math.max(0, nanos), timersMade++, action, cancelled));
        }
        return () -> cancelled[0] = true;
    }

    void logged(boolean error, String text, Throwable thrown) {
        tell(text);
        if (error) {
            errors.add(thrown == null ? new IllegalStateException(text) : thrown);
        }
    }

    /** What was logged as an error. */
    public List<Throwable> errors() {
        return errors;
    }

    synchronized void execute(Runnable task) {
        ready.add(task);
    }

    void add(Fiber fiber) {
        fibers.add(fiber);
    }

    /** Those that have not ended. */
    public List<Fiber> fibers() {
        return fibers.stream().filter(fiber -> !fiber.isOver()).toList();
    }

    // ---- places stand still and go on

    /** Nothing happens at that place until it thaws: no actor whose path begins with that name, and no fiber there. */
    public void freeze(String place) {
        frozen.add(place);
    }

    public void thaw(String place) {
        frozen.remove(place);
    }

    /** Whether nothing waits to be run now. */
    public boolean isIdle() {
        return ready.isEmpty();
    }

    private boolean isFrozen(Runnable task) {
        return !frozen.isEmpty() && task instanceof Mailbox mailbox && frozen.contains(Story.place(mailbox));
    }

    // ---- what happens

    /** Lets things happen until that is so; false if time was up, or nothing could happen, before it was. */
    public boolean runUntil(BooleanSupplier done, long deadline) {
        this.done = done;
        this.deadline = deadline;
        thrown = null;
        Fiber next = play();
        if (next != null) {
            next.goOn();
            home.acquireUninterruptibly();
        }
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (thrown instanceof Error error) {
            throw error;
        } else if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
        return cameDone;
    }

    /**
     * On the thread of a fiber that waits or has ended: lets more happen, until another fiber or {@link #runUntil} goes on.
     *
     * @return true if it is the same fiber that goes on
     */
    boolean carryOn(Fiber fiber) {
        Fiber next = play();
        if (next == fiber) {
            return true;
        }
        if (next == null) {
            home.release();
        } else {
            next.goOn();
        }
        return false;
    }

    /** Lets things happen until a fiber is to go on, which it returns, or nothing more is to happen. */
    private Fiber play() {
        cameDone = false;
        try {
            while (!done.getAsBoolean()) {
                Runnable next = pick();
                if (next instanceof Fiber fiber) {
                    return fiber;
                } else if (next != null) {
                    ready.remove(next);
                    next.run();
                } else if (!leap(deadline)) {
                    return null;
                }
                if (stepsNow > MOST_STEPS_AT_ONCE) {
                    return null;
                }
            }
            cameDone = true;
        } catch (Throwable e) {
            thrown = e;
        }
        return null;
    }

    /** What happens next; null if nothing can happen now. */
    private Runnable pick() {
        pickable.clear();
        fibers.removeIf(Fiber::isOver);
        for (Runnable task : ready) {
            if (!isFrozen(task)) {
                pickable.add(task);
            }
        }
        for (Fiber fiber : fibers) {
            if (!frozen.contains(fiber.place()) && fiber.canGoOn(now)) {
                pickable.add(fiber);
            }
        }
        if (pickable.isEmpty()) {
            return null;
        }
        Runnable next = pickable.get(chance.below(pickable.size()));
        story.happens(now, next);
        stepsNow++;
        return next;
    }

    private boolean leap(long deadline) {
        while (!timers.isEmpty() && timers.peek().cancelled()[0]) {
            timers.remove();
        }
        long next = timers.isEmpty() ? Long.MAX_VALUE : timers.peek().at();
        for (Fiber fiber : fibers) {
            if (!frozen.contains(fiber.place())) {
                next = Math.min(next, fiber.wakesAt());
            }
        }
        if (next > deadline) {
            return false;
        }
        now = Math.max(now, next);
        stepsNow = 0;
        ring();
        return true;
    }

    private void ring() {
        while (!timers.isEmpty() && timers.peek().at() <= now) {
            Timer timer = timers.remove();
            if (!timer.cancelled()[0]) {
                timer.action().run();
            }
        }
    }
}
