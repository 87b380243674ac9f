package io.github.clusterpool;

/** A value is larger than what a message may hold; nothing was sent. */
public final class PayloadTooLargeException extends PoolException {
    private static final long serialVersionUID = 1L;

    PayloadTooLargeException(String message) {
        super(message);
    }
}
