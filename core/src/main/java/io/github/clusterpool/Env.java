package io.github.clusterpool;

import java.util.Set;

/**
 * The variables of the worker that runs the current task, as they were when the task's job was submitted. What a task
 * puts here stays on that worker, and is gone with it.
 *
 * <p>All methods run on a worker and throw {@link IllegalStateException} elsewhere.
 *
 * <p>Source: R's global environment of a worker.
 */
public final class Env {
    private Env() {}

    /**
     * Reads a variable.
     *
     * @throws IllegalStateException if it is not set on this worker
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"}) // the caller knows what it exported
    public static <T> T get(String name) {
        TaskContext context = TaskContext.current();
        if (!context.variables().has(name)) {
            throw new IllegalStateException(
                    Messages.notSet(name, context.variables().names()));
        }
        return (T) context.variables().get(name);
    }

    /** Sets a variable on this worker only. */
    public static void put(String name, Object value) {
        TaskContext.current().variables().set(Check.identifier(name, "variable name"), value);
    }

    /** Removes a variable on this worker only; nothing happens if it is not set. */
    public static void remove(String name) {
        TaskContext.current().variables().remove(name);
    }

    /** The names that are set on this worker, in alphabetical order. */
    public static Set<String> names() {
        return TaskContext.current().variables().names();
    }
}
