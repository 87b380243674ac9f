package io.github.clusterpool;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What a function can learn about the task it runs as. */
public final class TaskContext {
    private static final ThreadLocal<@Nullable TaskContext> CURRENT = new ThreadLocal<>();

    private final String key;
    private final int index;
    private final int attempt;
    private final int workerId;
    private final Variables variables;
    private final AtomicBoolean cancelled;
    private final Logger log;

    TaskContext(
            String key,
            int index,
            int attempt,
            int workerId,
            Variables variables,
            AtomicBoolean cancelled,
            Logger log) {
        this.key = key;
        this.index = index;
        this.attempt = attempt;
        this.workerId = workerId;
        this.variables = variables;
        this.cancelled = cancelled;
        this.log = log;
    }

    /**
     * The task that runs on this thread.
     *
     * @throws IllegalStateException if this is not a worker's thread
     */
    public static TaskContext current() {
        TaskContext context = CURRENT.get();
        if (context == null) {
            throw new IllegalStateException(Messages.notOnAWorker());
        }
        return context;
    }

    static void enter(@Nullable TaskContext context) {
        if (context == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(context);
        }
    }

    /** The element's index in the job or stream, from 0; in a broadcast the worker's, from 0. */
    public int index() {
        return index;
    }

    /** 1 for the first time; more if a worker was lost under this task. */
    public int attempt() {
        return attempt;
    }

    /** The worker, 1..n. */
    public int workerId() {
        return workerId;
    }

    /** The same text for every attempt at this task, and for no other task. */
    public String idempotencyKey() {
        return key + "-" + index;
    }

    /** Whether nobody waits for this task any more; a long task should look now and then, and return. */
    public boolean isCancelled() {
        return cancelled.get();
    }

    /** A logger of this worker. */
    public Logger log() {
        return log;
    }

    AtomicBoolean cancelled() {
        return cancelled;
    }

    Variables variables() {
        return variables;
    }
}
