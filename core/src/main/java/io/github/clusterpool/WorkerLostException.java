package io.github.clusterpool;

/** A worker was lost under a task more often than its retries allow; the task may have run. */
public final class WorkerLostException extends PoolException {
    private static final long serialVersionUID = 1L;

    WorkerLostException(String message) {
        super(message);
    }
}
