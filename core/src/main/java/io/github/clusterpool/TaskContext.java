package io.github.clusterpool;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
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
    private final TaskLog log;
    private final long job; // 0 for evalq
    private final Randoms randoms;
    private @Nullable RandomStream random;

    TaskContext(
            String key,
            int index,
            int attempt,
            int workerId,
            Variables variables,
            AtomicBoolean cancelled,
            TaskLog log,
            long job,
            Randoms randoms) {
        this.key = key;
        this.index = index;
        this.attempt = attempt;
        this.workerId = workerId;
        this.variables = variables;
        this.cancelled = cancelled;
        this.log = log;
        this.job = job;
        this.randoms = randoms;
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

    /** The element's index in the job or stream, from 0; in a broadcast the worker's, in an executor the task's, from 0. */
    public int index() {
        return index;
    }

    /**
     * 1 for the first time; more if the task is tried again, or was dealt to a worker that was lost before it is known to
     * have begun there. At most 1 + {@code retries}.
     */
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

    /**
     * Writes to the driver's log, wherever the worker lives: to {@code clusterpool.<pool>-worker-<id>}, each line with its
     * job and element. At most 100 lines a second, after a silence 1,000 at once; more are counted and told. The level is
     * the one that the driver's log had when the worker was started.
     */
    public Logger log() {
        return log.logger(job == 0 ? "evalq" : "job " + job + ", element " + index);
    }

    /**
     * This task's random numbers, for its thread; within a task always the same generator. With
     * {@link JobOptions.Chosen#seed} an element has the same numbers wherever and however often it runs, and
     * {@code nextDouble()} gives those of R's {@code runif}; without, each run of a task has fresh ones. It is a
     * {@link RandomStream}.
     *
     * <p>Source: R's generator {@code "L'Ecuyer-CMRG"}.
     */
    public RandomGenerator random() {
        RandomStream known = random;
        if (known == null) {
            known = randoms.forTask(index);
            random = known;
        }
        return known;
    }

    AtomicBoolean cancelled() {
        return cancelled;
    }

    Variables variables() {
        return variables;
    }
}
