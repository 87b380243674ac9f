package io.github.clusterpool.trust;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Cuts a connection when its time is over, however many bytes trickle in: a timeout of each read alone does not. */
final class Deadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Future<?> cut;
    private volatile boolean over;

    Deadline(Socket plain, Duration patience) {
        cut = TIMER.schedule(() -> cut(plain), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "clusterpool-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true); // it must not hold an application's class loader
        return timer;
    }

    private void cut(Socket plain) {
        over = true;
        Sockets.drop(plain);
    }

    boolean isOver() {
        return over;
    }

    /** The error in its true form if it comes of the cut. */
    IOException explain(IOException error, Duration patience) {
        if (!over) {
            return error;
        }
        SocketTimeoutException late = new SocketTimeoutException("connection must be made within " + patience);
        late.initCause(error);
        return late;
    }

    @Override
    public void close() {
        cut.cancel(false);
    }
}
