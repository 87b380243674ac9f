package io.github.clusterpool.state;

import java.util.List;

/**
 * Why tasks ended without an answer of their function.
 *
 * @param worker the worker that was lost last
 * @param attempts how often the tasks were started, at most
 * @param reason in words, to stand after "worker 2 "; for a task that timed out all there is to say
 * @param deaths of the workers under them, first to last
 */
public record Loss(Kind kind, int worker, int attempts, String reason, List<Death> deaths) {
    /** What is to blame. */
    public enum Kind {
        /** The worker died; the task may have run. */
        WORKER_LOST,
        /** Worker after worker died under this task. */
        POISON,
        /** The worker could not be brought back. */
        NO_WORKER,
        /** Its result does not fit into a message to an actor that has no other way. */
        TOO_LARGE,
        /** The task went on after its time was up and it was interrupted. */
        TASK_TIMEOUT
    }

    /** Keeps its own copy of the deaths. */
    public Loss {
        deaths = List.copyOf(deaths);
    }

    Loss(Kind kind, int worker, int attempts, String reason) {
        this(kind, worker, attempts, reason, List.of());
    }
}
