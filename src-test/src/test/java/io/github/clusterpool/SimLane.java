package io.github.clusterpool;

import io.github.clusterpool.sim.Fiber;
import java.util.concurrent.BlockingQueue;

/** A worker's thread in a simulation: a fiber, at the place of its JVM. */
final class SimLane implements TaskLane {
    /** What a worker's thread dies of by chance. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("a crash of the simulation", null, false, false);
        }
    }

    private final Simulation sim;
    private final SimJvm jvm;
    private final Fiber fiber;
    private final long life;

    /** With no JVM of its own, a worker lives in the driver's. */
    SimLane(Simulation sim, SimJvm jvm, String name, Runnable loop) {
        this.sim = sim;
        this.jvm = jvm;
        this.life = sim.nextLife();
        String place = jvm == null ? Simulation.DRIVER : jvm.place();
        this.fiber = new Fiber(sim.world, place, name + "-life-" + life, this, loop);
    }

    static SimLane current() {
        Fiber fiber = Fiber.current();
        fiber.check();
        return (SimLane) fiber.attachment();
    }

    Simulation sim() {
        return sim;
    }

    Fiber fiber() {
        return fiber;
    }

    /** Whether it runs user code. */
    boolean isWorker() {
        return fiber.name().startsWith(Simulation.POOL);
    }

    long life() {
        return life;
    }

    void killItsJvm(String reason) {
        if (jvm != null) {
            jvm.die(reason);
            fiber.check();
        }
    }

    @Override
    public void start() {
        fiber.start();
    }

    @Override
    public <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        fiber.await(() -> !queue.isEmpty());
        return queue.remove();
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        fiber.sleep(nanos);
    }

    @Override
    public void interrupt() {
        fiber.interrupt();
    }

    @Override
    public StackTraceElement[] stack() {
        return fiber.stack();
    }
}
