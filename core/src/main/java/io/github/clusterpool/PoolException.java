package io.github.clusterpool;

import org.jspecify.annotations.Nullable;

/** What all failures of a pool have in common: the message says what happened, where, and what to do. */
public class PoolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PoolException(String message) {
        super(message);
    }

    PoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
