package io.github.clusterpool;

import java.util.List;

/** A worker was lost under a task more often than its retries allow; the task may have run. */
public final class WorkerLostException extends LethalTaskException {
    private static final long serialVersionUID = 1L;

    WorkerLostException(String message, List<WorkerDeath> deaths) {
        super(message, deaths);
    }
}
