package io.github.clusterpool.sim;

import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * A thread of a world: runs only when the world lets it, until it waits for time to pass or something to be so. Then what
 * happens next happens on the thread that it has: only when another fiber is to go on does another thread take over.
 */
public final class Fiber implements Runnable {
    /** Ends a fiber whose JVM was killed. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private static final ExecutorService CARRIERS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fiber");
        thread.setDaemon(true);
        return thread;
    });
    private static final long LOOK_AGAIN_NANOS = 10_000_000_000L;
    private static final ThreadLocal<Fiber> CURRENT = new ThreadLocal<>();

    private final World world;
    private final String place;
    private final String name;
    private final Object attachment;
    private final Runnable body;
    private final Semaphore turn = new Semaphore(0);
    private volatile Thread carrier;
    private BooleanSupplier awaited = () -> true;
    private long wakesAt = Long.MAX_VALUE;
    private boolean interrupted;
    private boolean killed;
    private volatile boolean over;
    private RuntimeException doom;

    /**
     * Makes a fiber.
     *
     * @param place stands still when the place does
     */
    public Fiber(World world, String place, String name, Object attachment, Runnable body) {
        this.world = world;
        this.place = place;
        this.name = name;
        this.attachment = attachment;
        this.body = body;
    }

    /** Whether a fiber threw that because it was killed. */
    public static boolean isKilled(Throwable error) {
        return error instanceof Killed;
    }

    /** The fiber that runs now; null on other threads. */
    public static Fiber current() {
        return CURRENT.get();
    }

    public Object attachment() {
        return attachment;
    }

    public String place() {
        return place;
    }

    public String name() {
        return name;
    }

    public void start() {
        world.add(this);
    }

    boolean canGoOn(long now) {
        return killed || interrupted || isDoomed() || now >= wakesAt || awaited.getAsBoolean();
    }

    private boolean isDoomed() {
        return doom != null && wakesAt == Long.MAX_VALUE;
    }

    long wakesAt() {
        return wakesAt;
    }

    boolean isOver() {
        return over;
    }

    /** Lets the fiber run on its own thread; this one is to do nothing more. */
    void goOn() {
        if (carrier == null) {
            CARRIERS.execute(this);
        } else {
            turn.release();
        }
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        carrier = thread;
        CURRENT.set(this);
        World.enter(world);
        thread.setName(name);
        ClassLoader loader = thread.getContextClassLoader();
        try {
            if (!killed) {
                body.run();
            }
        } catch (Killed e) {
            // as it should be
        } finally {
            over = true;
            carrier = null;
            CURRENT.remove();
            thread.setContextClassLoader(loader);
            Thread.interrupted();
            world.carryOn(this);
            World.enter(null);
        }
    }

    /** On the fiber itself: lets that much time pass. */
    public void sleep(long nanos) throws InterruptedException {
        pause(world.now() + nanos, () -> false);
    }

    /** On the fiber itself: user code waits, which nothing dooms. */
    public void sleepUntil(BooleanSupplier what) throws InterruptedException {
        while (!what.getAsBoolean()) {
            pause(world.now() + LOOK_AGAIN_NANOS, what);
        }
    }

    /** On the fiber itself. */
    public void await(BooleanSupplier what) throws InterruptedException {
        pause(Long.MAX_VALUE, what);
        if (doom != null) {
            RuntimeException thrown = doom;
            doom = null;
            throw thrown;
        }
    }

    private void pause(long until, BooleanSupplier what) throws InterruptedException {
        check();
        throwIfInterrupted();
        wakesAt = until;
        awaited = what;
        giveWay();
        wakesAt = Long.MAX_VALUE;
        check();
        throwIfInterrupted();
    }

    private void giveWay() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        CURRENT.remove();
        if (!world.carryOn(this)) {
            turn.acquireUninterruptibly();
        }
        CURRENT.set(this);
        thread.setContextClassLoader(loader);
    }

    private void throwIfInterrupted() throws InterruptedException {
        boolean told = Thread.interrupted() || interrupted;
        interrupted = false;
        if (told) {
            throw new InterruptedException();
        }
    }

    /** On the fiber itself: goes no further if it was killed. */
    public void check() {
        if (killed) {
            throw new Killed();
        }
    }

    /** Of no use before it has begun; after that it is waiting, as one thing happens at a time, and notices at once. */
    public void interrupt() {
        interrupted = carrier != null;
    }

    /** Ends it where it waits. */
    public void kill() {
        killed = true;
    }

    /** Has its next {@link #await}, or the one it is in, throw that. */
    public void doom(RuntimeException thrown) {
        doom = thrown;
    }

    /** Where it waits: without what happens on its thread meanwhile, which is another thing each time. */
    public StackTraceElement[] stack() {
        Thread running = carrier;
        StackTraceElement[] all = running == null ? new StackTraceElement[0] : running.getStackTrace();
        int own = 0;
        while (own < all.length && !isPause(all[own])) {
            own++;
        }
        return Arrays.copyOfRange(all, own, all.length);
    }

    private static boolean isPause(StackTraceElement frame) {
        return frame.getClassName().equals(Fiber.class.getName())
                && frame.getMethodName().equals("pause");
    }
}
