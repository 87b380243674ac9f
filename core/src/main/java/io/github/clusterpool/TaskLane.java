package io.github.clusterpool;

import java.util.concurrent.BlockingQueue;

/** The thread of one life of a worker: everything that waits there, and all that is done to it from elsewhere. */
interface TaskLane {
    /** Makes a lane that runs {@code loop} once it is started, with {@code loader} as its context class loader. */
    interface Maker {
        TaskLane lane(String name, ClassLoader loader, Runnable loop);
    }

    void start();

    /** On the lane itself: the queue's next element, as soon as there is one. */
    <T> T take(BlockingQueue<T> queue) throws InterruptedException;

    /** On the lane itself. */
    void sleep(long nanos) throws InterruptedException;

    void interrupt();

    StackTraceElement[] stack();
}
