package io.github.clusterpool;

import org.jspecify.annotations.Nullable;

/** What a function threw on a worker, with the stack it had there. */
public final class RemoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remoteClass;

    RemoteException(
            String remoteClass, @Nullable String message, StackTraceElement[] stack, @Nullable RemoteException cause) {
        super(message, cause, false, true);
        this.remoteClass = remoteClass;
        setStackTrace(stack);
    }

    /** The name of the class that was thrown. */
    public String remoteClass() {
        return remoteClass;
    }

    /** As the original would print. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message alone is the original's, too
    public String toString() {
        return getMessage() == null ? remoteClass : remoteClass + ": " + getMessage();
    }
}
