package io.github.clusterpool;

import io.github.clusterpool.code.Scripts;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What a function can learn about the task it runs as. */
public final class TaskContext {
    private static final ThreadLocal<@Nullable TaskContext> CURRENT = new ThreadLocal<>();

    private final ChunkScope scope;
    private final int index;
    private @Nullable RandomStream random;

    TaskContext(ChunkScope scope, int index) {
        this.scope = scope;
        this.index = index;
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
        return scope.attempt();
    }

    /** The worker, 1..n. */
    public int workerId() {
        return scope.worker();
    }

    /** The same text for every attempt at this task, and for no other task. */
    public String idempotencyKey() {
        return scope.key() + "-" + index;
    }

    /** Whether nobody waits for this task any more; a long task should look now and then, and return. */
    public boolean isCancelled() {
        return scope.cancelled().get();
    }

    /**
     * Writes to the driver's log, wherever the worker lives: to {@code clusterpool.<pool>-worker-<id>}, each line with its
     * job and element. At most 100 lines a second, after a silence 1,000 at once; more are counted and told. The level is
     * the one that the driver's log had when the worker was started.
     */
    public Logger log() {
        long job = scope.job();
        String number = job < 0 ? "nested job " + -job : "job " + job;
        return scope.log().logger(job == 0 ? "evalq" : number + ", element " + index);
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
            known = scope.randoms().forTask(index);
            random = known;
        }
        return known;
    }

    /**
     * The pool that runs this task, to give it tasks in turn: {@code lapply}, {@code sapply}, {@code map}, {@code call},
     * streams and its executor, with {@link Pool#with options}, and of itself nothing else. While such a job is under
     * way the worker lends its place: it runs that job's tasks beside this one, on another thread, so that nobody waits
     * for ever, even if the pool has one worker, and it applies {@code export} and {@code evalq} meanwhile; a task joins
     * its jobs rather than work beside them.
     *
     * <p>The job's tasks see the variables as this task does. It is cancelled when this task ends or is cancelled, or is
     * lost with its worker. Jobs may be nested 16 deep; {@code clusterpool.queue} limits what is nested and what is not
     * each by itself.
     *
     * @throws IllegalStateException in {@code evalq}
     */
    public Pool pool() {
        TaskPool pool = scope.pool();
        if (pool == null) {
            throw new IllegalStateException(Messages.notInEvalq());
        }
        return pool.pool();
    }

    AtomicBoolean cancelled() {
        return scope.cancelled();
    }

    Scripts scripts() {
        return scope.scripts();
    }

    Variables variables() {
        return scope.variables();
    }
}
