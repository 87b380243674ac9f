package io.github.clusterpool;

import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** What a task logs with: makes the text here, on the worker, and throws nothing at the task. */
final class TaskLogger extends LegacyAbstractLogger {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient TaskLog log;
    private final String label;

    TaskLogger(String name, TaskLog log, String label) {
        this.name = name;
        this.log = log;
        this.label = label;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String message,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable error) {
        String text;
        try {
            text = text(message, arguments, error);
        } catch (RuntimeException | StackOverflowError e) {
            text = "(a line that could not be made: " + e.getClass().getName() + ")";
        }
        log.add(level, label + ": " + text);
    }

    private static String text(
            @Nullable String message, @Nullable Object @Nullable [] arguments, @Nullable Throwable error) {
        String line = Messages.oneLine(String.valueOf(MessageFormatter.basicArrayFormat(message, arguments)));
        return error == null ? line : line + "\n" + Failure.thrown(error).trace();
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return log.isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return log.isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return log.isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return log.isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return log.isEnabled(Level.ERROR);
    }
}
