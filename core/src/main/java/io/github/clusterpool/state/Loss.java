package io.github.clusterpool.state;

/**
 * Why tasks ended without an answer of their function.
 *
 * @param worker the worker that was lost last
 * @param attempts how often the tasks were started, at most
 */
public record Loss(Kind kind, int worker, int attempts, String reason) {
    /** What is to blame. */
    public enum Kind {
        /** The worker died; the task may have run. */
        WORKER_LOST,
        /** Worker after worker died under this task. */
        POISON,
        /** The worker could not be brought back. */
        NO_WORKER,
        /** The task went on after its time was up and it was interrupted. */
        TASK_TIMEOUT
    }
}
