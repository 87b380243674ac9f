package io.github.clusterpool;

import org.jspecify.annotations.Nullable;

/** A function or value cannot travel to a worker; thrown on the caller's thread before anything is sent. */
public final class NotPortableException extends PoolException {
    private static final long serialVersionUID = 1L;

    NotPortableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
