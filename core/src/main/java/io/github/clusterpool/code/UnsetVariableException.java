package io.github.clusterpool.code;

/** A script read a variable that is not set where it ran. */
public final class UnsetVariableException extends ScriptException {
    private static final long serialVersionUID = 1L;

    private final String name;

    /** Creates the error for the variable {@code name}, read at the place given. */
    public UnsetVariableException(String name, int line, int column, String source) {
        super(
                "variable '" + name + "' is not set on this worker; export it first, or give a default: " + name
                        + " ?? 0",
                line,
                column,
                source,
                null);
        this.name = name;
    }

    /** Returns the variable's name. */
    public String name() {
        return name;
    }
}
