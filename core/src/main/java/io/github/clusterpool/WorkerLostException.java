package io.github.clusterpool;

import java.util.List;

/** A worker was lost under a task more often than its retries allow; the task may have run. */
public final class WorkerLostException extends PoolException {
    private static final long serialVersionUID = 1L;

    private final transient List<WorkerDeath> deaths;

    WorkerLostException(String message, List<WorkerDeath> deaths) {
        super(message);
        this.deaths = deaths;
    }

    /** One line; below it, if known, what the last of the workers printed before its end. */
    @Override
    public String getMessage() {
        return super.getMessage() + WorkerDeath.lastWords(deaths);
    }

    /** The ends of the workers that were lost under the task, first to last. */
    public List<WorkerDeath> deaths() {
        return deaths;
    }
}
