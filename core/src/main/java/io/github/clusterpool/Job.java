package io.github.clusterpool;

import io.github.clusterpool.state.Halt;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * One call to a pool, under way or ended. It ends always: with its value, a failure, a timeout or cancelled.
 *
 * @param <T> what the call gives
 */
public interface Job<T> extends CompletionStage<T> {
    /**
     * Waits for the end.
     *
     * @return the value
     * @throws PoolException as it is, not wrapped
     * @throws java.util.concurrent.CancellationException if the job was cancelled, or the waiting thread was
     *     interrupted, which cancels the job and keeps the interrupt flag
     */
    T join();

    /**
     * Waits for the end, but no longer than {@code atMost}; the job itself goes on.
     *
     * @throws TaskTimeoutException if the job has not ended by then
     */
    T join(Duration atMost);

    /**
     * Ends the job now. Tasks that wait are dropped; tasks that run are told through {@link TaskContext#isCancelled}, then
     * interrupted, and after {@code clusterpool.cancel-grace} their worker is replaced. Nothing they return reaches anybody.
     *
     * @return false if the job had ended before
     */
    boolean cancel();

    /**
     * Ends normally when nothing of this job runs any more, and never fails. A job that went its way has nothing to halt;
     * after {@link #cancel} or a timeout this tells how what ran was stopped.
     */
    CompletionStage<Halt> halted();

    /** Whether the job has ended, however. */
    boolean isDone();

    /**
     * The results one by one, as the tasks finish; each knows its {@link Result#index}.
     *
     * <p>Any number of subscribers, at any time, also after the end: the job keeps its results, so that each subscriber
     * has them all, from the first to finish on, as fast as it asks for them; they may be the same objects as others
     * get, and as in what the job gives. What fails of a task is its result, and
     * one that did not run because of {@code failFast} has a result that says so. When all were given {@code onComplete}
     * follows; if the job itself failed (a timeout, {@link #cancel}, the loss of the pool), {@code onError} after the
     * results that there are. Cancelling a subscription ends that subscription, not the job.
     *
     * <p>Subscribers are called on a thread of the pool's callbacks. {@code export} has a result for each worker,
     * {@code init}, {@code resize} and {@code delete} have none. Verbs that apply functions give a {@link ResultsJob},
     * which knows the results' type.
     */
    Flow.Publisher<? extends Result<?>> results();

    /**
     * What {@link Pool#job} finds it by, also from another process, if the pool is on another member of the cluster and the
     * job is to outlive its client ({@link JobOptions#detached}). Whoever has it can have the results.
     */
    String id();

    /** How far it has come, as of the last message from the workers. */
    Progress progress();
}
