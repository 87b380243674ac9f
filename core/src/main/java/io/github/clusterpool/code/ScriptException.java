package io.github.clusterpool.code;

import org.jspecify.annotations.Nullable;

/** A script does not parse, or failed as it ran; tells where. */
public class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_SHOWN = 120;

    private final int line;
    private final int column;
    private final String source;

    /**
     * Creates the error; its message ends with the place and the source line.
     *
     * @param what what happened, such as {@code script must parse, got an error at '+'}
     * @param line from 1; 0 if there is no place to name
     * @param column from 1
     * @param source the line of the text it is about, or the whole text if there is no place to name
     * @param cause what the script ran into, if anything but itself
     */
    public ScriptException(String what, int line, int column, String source, @Nullable Throwable cause) {
        super(what + (line > 0 ? " (line " + line + ", column " + column + "): " : ": ") + brief(source), cause);
        this.line = line;
        this.column = column;
        this.source = source;
    }

    /** Returns the line of the text, from 1; 0 if the error has no place. */
    public int line() {
        return line;
    }

    /** Returns the column in the line, from 1; 0 if the error has no place. */
    public int column() {
        return column;
    }

    /** Returns the line of the text the error is about. */
    public String source() {
        return source;
    }

    private static String brief(String source) {
        return source.length() <= MAX_SHOWN ? source : source.substring(0, MAX_SHOWN) + "…";
    }
}
