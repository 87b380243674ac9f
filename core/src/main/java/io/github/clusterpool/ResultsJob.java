package io.github.clusterpool;

import java.util.concurrent.Flow;

/**
 * A job made of tasks, whose results have a type.
 *
 * @param <T> what the call gives
 * @param <R> what one task returns
 */
public interface ResultsJob<T, R> extends Job<T> {
    @Override
    Flow.Publisher<Result<R>> results();
}
