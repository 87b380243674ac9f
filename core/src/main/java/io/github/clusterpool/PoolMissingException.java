package io.github.clusterpool;

/** The pool does not exist: it was never made by {@code init}, or has been deleted. */
public final class PoolMissingException extends PoolException {
    private static final long serialVersionUID = 1L;

    PoolMissingException(String message) {
        super(message);
    }
}
