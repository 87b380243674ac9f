package io.github.clusterpool;

/** Worker after worker died under this task. */
public final class PoisonTaskException extends PoolException {
    private static final long serialVersionUID = 1L;

    PoisonTaskException(String message) {
        super(message);
    }
}
