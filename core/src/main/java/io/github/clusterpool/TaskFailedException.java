package io.github.clusterpool;

/**
 * The function threw. The cause prints as the exception did on the worker, with its stack there; it is of the class
 * {@link RemoteException} because what it was may not exist on this side.
 */
public final class TaskFailedException extends PoolException {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final int workerId;
    private final String remoteClass;

    TaskFailedException(String message, int index, int workerId, RemoteException cause) {
        super(message, cause);
        this.index = index;
        this.workerId = workerId;
        this.remoteClass = cause.remoteClass();
    }

    /** The element's index, from 0. */
    public int index() {
        return index;
    }

    /** The worker it failed on. */
    public int workerId() {
        return workerId;
    }

    /** The name of the class that was thrown on the worker, such as {@code java.lang.ArithmeticException}. */
    public String remoteClass() {
        return remoteClass;
    }
}
