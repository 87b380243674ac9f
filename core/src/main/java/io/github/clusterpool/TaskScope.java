package io.github.clusterpool;

import io.github.clusterpool.code.Scope;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The variables of a task's worker, for scripts. */
final class TaskScope implements Scope {
    private final TaskContext context;

    TaskScope(TaskContext context) {
        this.context = context;
    }

    @Override
    public boolean has(String name) {
        return context.variables().has(name);
    }

    @Override
    public @Nullable Object get(String name) {
        return context.variables().get(name);
    }

    @Override
    public void set(String name, @Nullable Object value) {
        context.variables().set(name, value);
    }

    @Override
    public AtomicBoolean cancelled() {
        return context.cancelled();
    }
}
