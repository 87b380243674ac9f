package io.github.clusterpool;

/** The pool was deleted or closed while the job was under way, or before. */
public final class PoolClosedException extends PoolException {
    private static final long serialVersionUID = 1L;

    PoolClosedException(String message) {
        super(message);
    }
}
