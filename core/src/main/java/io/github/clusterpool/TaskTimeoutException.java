package io.github.clusterpool;

/** Something took longer than allowed. */
public final class TaskTimeoutException extends PoolException {
    private static final long serialVersionUID = 1L;

    TaskTimeoutException(String message) {
        super(message);
    }

    TaskTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
