package io.github.clusterpool;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A daemon thread, so that no user code keeps its JVM alive. */
final class DaemonLane implements TaskLane {
    private final Thread thread;

    DaemonLane(String name, ClassLoader loader, Runnable loop) {
        this.thread = new Thread(loop, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        return queue.take();
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }

    @Override
    public void interrupt() {
        thread.interrupt();
    }

    @Override
    public StackTraceElement[] stack() {
        return thread.getStackTrace();
    }
}
