package io.github.clusterpool;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task has instead of a value, as it travels.
 *
 * @param type class of what was thrown
 * @param text what happened, for all kinds but {@link Kind#THREW} the whole message
 */
record Failure(
        Kind kind,
        String type,
        @Nullable String text,
        List<Frame> stack,
        @Nullable Failure cause) {
    private static final int MAX_FRAMES = 64;
    private static final int MAX_CAUSES = 8;
    private static final int MAX_TEXT = 16_384;

    enum Kind {
        THREW,
        NOT_PORTABLE,
        TOO_LARGE,
        CLASS_MISSING,
        TASK_TIMEOUT
    }

    record Frame(String type, String method, @Nullable String file, int line) {
        static Frame of(StackTraceElement element) {
            return new Frame(
                    element.getClassName(), element.getMethodName(), element.getFileName(), element.getLineNumber());
        }

        StackTraceElement element() {
            return new StackTraceElement(type, method, file, line);
        }
    }

    static Failure thrown(Throwable error) {
        return thrown(error, MAX_CAUSES);
    }

    private static Failure thrown(Throwable error, int causes) {
        Throwable cause = causeOf(error);
        return new Failure(
                Kind.THREW,
                error instanceof RemoteException remote
                        ? remote.remoteClass()
                        : error.getClass().getName(),
                brief(messageOf(error)),
                stackOf(error),
                cause == null || causes == 0 ? null : thrown(cause, causes - 1));
    }

    static Failure of(Kind kind, Throwable error) {
        return new Failure(kind, error.getClass().getName(), messageOf(error), List.of(), null);
    }

    static Failure timedOut(String text, StackTraceElement[] stack) {
        return new Failure(Kind.TASK_TIMEOUT, "", text, frames(stack), null);
    }

    /** User code may override {@code getMessage} with something that throws itself. */
    private static @Nullable String messageOf(Throwable error) {
        try {
            return error.getLocalizedMessage();
        } catch (Throwable e) {
            return "(its message could not be had: " + e.getClass().getName() + ")";
        }
    }

    private static @Nullable Throwable causeOf(Throwable error) {
        try {
            return error.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    private static @Nullable String brief(@Nullable String text) {
        return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    private static List<Frame> stackOf(Throwable error) {
        try {
            return frames(error.getStackTrace());
        } catch (Throwable e) {
            return List.of();
        }
    }

    private static List<Frame> frames(StackTraceElement[] stack) {
        return Arrays.stream(stack).limit(MAX_FRAMES).map(Frame::of).toList();
    }

    /** Whether what was thrown is of a class of one of these names, or of a subclass. */
    static boolean isA(Throwable error, List<String> names) {
        for (Class<?> type = error.getClass(); type != null; type = type.getSuperclass()) {
            if (names.contains(type.getName())) {
                return true;
            }
        }
        return false;
    }

    StackTraceElement[] stackTrace() {
        return stack.stream().map(Frame::element).toArray(StackTraceElement[]::new);
    }

    RemoteException asException() {
        return new RemoteException(type, text, stackTrace(), cause == null ? null : cause.asException());
    }

    /** As it would be printed with its stack, each line of it one line. */
    String trace() {
        StringBuilder trace = new StringBuilder(Messages.oneLine(describe()));
        for (Frame frame : stack) {
            trace.append("\n\tat ").append(Messages.oneLine(frame.element().toString()));
        }
        return cause == null
                ? trace.toString()
                : trace.append("\nCaused by: ").append(cause.trace()).toString();
    }

    /** As the exception's own {@code toString} would say it. */
    String describe() {
        return kind != Kind.THREW ? String.valueOf(text) : text == null ? type : type + ": " + text;
    }
}
