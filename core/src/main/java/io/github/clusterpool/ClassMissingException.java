package io.github.clusterpool;

/** A worker lacks a class that a function or value needs, or has another build of it. */
public final class ClassMissingException extends PoolException {
    private static final long serialVersionUID = 1L;

    ClassMissingException(String message) {
        super(message);
    }
}
