package io.github.clusterpool;

import io.github.clusterpool.state.Halt;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

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

    /** How far it has come, as of the last message from the workers. */
    Progress progress();
}
