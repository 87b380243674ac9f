package io.github.clusterpool.wire;

/** Bytes that name a class this side does not have; with the class, they may be fine. */
public final class UnknownClassException extends MalformedValueException {
    private static final long serialVersionUID = 1;

    private final String className;

    /** For an {@link Extension}, too. */
    public UnknownClassException(String className, Throwable cause) {
        super("class " + className + " must be on this side's class path, and was not found", cause);
        this.className = className;
    }

    /** The missing class, as {@link Class#getName} spells it. */
    public String className() {
        return className;
    }
}
