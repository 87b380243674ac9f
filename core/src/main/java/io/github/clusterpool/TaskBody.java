package io.github.clusterpool;

import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a task of an executor does: here, should it be taken back, and on a worker.
 *
 * @param task what travels
 * @param function what calls it there
 * @param here the same call in this JVM
 * @param finish makes the task's result of what comes back
 */
record TaskBody<T>(
        Object task, Fn<?, ?> function, Callable<? extends @Nullable Object> here, Function<Object, T> finish) {
    private static final Fn<Callable<?>, Object> CALL = Callable::call;
    private static final Fn<Supplier<?>, Object> GET = Supplier::get;
    private static final Fn<Runnable, Object> RUN = task -> {
        task.run();
        return true; // something has to travel back
    };

    @SuppressWarnings("unchecked") // what it returned is what its type says it returns
    static <T> TaskBody<T> of(Callable<T> task) {
        return new TaskBody<>(task, CALL, task, value -> (T) value);
    }

    static TaskBody<Object> of(Supplier<?> task) {
        return new TaskBody<>(task, GET, task::get, value -> value);
    }

    @SuppressWarnings("NullAway") // a Runnable gives nothing
    static TaskBody<Object> of(Runnable task) {
        return of(task, null);
    }

    static <T> TaskBody<T> of(Runnable task, T value) {
        return new TaskBody<>(task, RUN, () -> RUN.apply(task), done -> value);
    }
}
