package io.github.clusterpool;

import java.io.Serializable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable that was exported to the workers, to be used inside functions: {@code i -> i + x.get()}. Only its name
 * travels with a function; the value is on the workers.
 *
 * @param <T> of the value
 */
public final class Exported<T> implements Supplier<T>, Serializable {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient @Nullable Job<Void> done;

    Exported(String name, @Nullable Job<Void> done) {
        this.name = name;
        this.done = done;
    }

    /** The variable's name, as scripts see it. */
    public String name() {
        return name;
    }

    /**
     * The value as it was when the current task's job was submitted; on a worker only.
     *
     * @throws IllegalStateException elsewhere, or if the variable is not set
     */
    @Override
    public T get() {
        return Env.get(name);
    }

    /**
     * Ends when every worker that is ready has the value; nothing needs to wait for it.
     *
     * @throws IllegalStateException on a worker
     */
    public Job<Void> done() {
        if (done == null) {
            throw new IllegalStateException(Messages.doneOnAWorker(name));
        }
        return done;
    }

    @Override
    public String toString() {
        return "Exported[" + name + "]";
    }
}
