package io.github.clusterpool;

import java.util.List;

/** Workers were lost under a task. */
abstract sealed class LethalTaskException extends PoolException permits PoisonTaskException, WorkerLostException {
    private static final long serialVersionUID = 1L;

    private final transient List<WorkerDeath> deaths;

    LethalTaskException(String message, List<WorkerDeath> deaths) {
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
