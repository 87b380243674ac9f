package io.github.clusterpool;

/** A limit of the pool is reached; nothing was sent. */
public final class PoolOverloadedException extends PoolException {
    private static final long serialVersionUID = 1L;

    PoolOverloadedException(String message) {
        super(message);
    }
}
