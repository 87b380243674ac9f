package io.github.clusterpool;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of one task.
 *
 * @param index of the element, from 0; in a broadcast of the worker, from 0 for worker 1
 * @param value what the function returned; null if it failed
 * @param error why there is no value; null if there is one
 */
public record Result<R>(
        int index, @Nullable R value, @Nullable Throwable error) {
    /** Whether the function returned. */
    public boolean isSuccess() {
        return error == null;
    }
}
