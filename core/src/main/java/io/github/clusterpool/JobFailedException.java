package io.github.clusterpool;

import java.util.List;

/** Some tasks of a job failed; every outcome is kept. */
public class JobFailedException extends PoolException {
    private static final long serialVersionUID = 1L;

    private final transient List<Result<?>> outcomes;

    JobFailedException(String message, List<Result<?>> outcomes, Throwable first) {
        super(message, first);
        this.outcomes = List.copyOf(outcomes);
    }

    /** One outcome for each element, in the order of the elements; in a broadcast for each worker, by its id. */
    public List<Result<?>> outcomes() {
        return outcomes;
    }
}
