package io.github.clusterpool;

/** The pool's workers cannot be started. */
public final class PoolStartException extends PoolException {
    private static final long serialVersionUID = 1L;

    PoolStartException(String message) {
        super(message);
    }
}
