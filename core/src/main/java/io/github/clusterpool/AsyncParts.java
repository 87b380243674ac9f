package io.github.clusterpool;

import io.github.clusterpool.code.LambdaException;
import io.github.clusterpool.code.Lambdas;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees what is in the wrapper that {@link CompletableFuture#supplyAsync} and {@code runAsync} hand to an executor: the
 * future, and the function that shall travel.
 *
 * <p>The wrapper keeps both to itself; but it is a {@code ForkJoinTask}, hence Serializable, and whoever writes such an
 * object is shown its parts. Here they are looked at and written nowhere. Should a JDK have other parts in it, the task is
 * refused.
 */
final class AsyncParts extends ObjectOutputStream {
    private static final Lambdas LAMBDAS = new Lambdas(FunctionExtension.INTERFACES::contains);

    private final Runnable wrapper;
    private final List<Object> parts = new ArrayList<>();

    private AsyncParts(Runnable wrapper) throws IOException {
        super(OutputStream.nullOutputStream());
        this.wrapper = wrapper;
        enableReplaceObject(true);
    }

    /** What is to be completed, and what gives its value. */
    record Seen(CompletableFuture<Object> future, TaskBody<Object> body) {}

    /** Fails with a {@link RejectedExecutionException} if it is another wrapper. */
    static Seen of(Runnable wrapper, ClassLoader loader) {
        List<Object> parts = parts(wrapper);
        TaskBody<Object> body = parts.size() == 2 ? body(parts.get(1), loader) : null;
        if (body == null || !(parts.get(0) instanceof CompletableFuture<?> future)) {
            throw new RejectedExecutionException(
                    Messages.taskHidden(wrapper.getClass().getName()));
        }
        return new Seen(completable(future), body);
    }

    private static List<Object> parts(Runnable wrapper) {
        try (AsyncParts written = new AsyncParts(wrapper)) {
            written.writeObject(wrapper);
            return written.parts;
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Of a lambda that can travel, what is shown is what it is made from. */
    private static @Nullable TaskBody<Object> body(Object part, ClassLoader loader) {
        Object function = part instanceof SerializedLambda lambda ? again(lambda, loader) : part;
        if (function instanceof Supplier<?> supplier) {
            return TaskBody.of(supplier);
        }
        return function instanceof Runnable runnable ? TaskBody.of(runnable) : null;
    }

    private static Object again(SerializedLambda lambda, ClassLoader loader) {
        try {
            return LAMBDAS.make(lambda, loader);
        } catch (LambdaException e) {
            throw new RejectedExecutionException(Messages.taskRefused(e.getMessage(), true), e);
        }
    }

    @SuppressWarnings("unchecked") // what its function gives is what it takes
    private static CompletableFuture<Object> completable(CompletableFuture<?> future) {
        return (CompletableFuture<Object>) future;
    }

    /** The parts are not gone into: in their place stands nothing. */
    @Override
    protected @Nullable Object replaceObject(Object part) {
        if (part == wrapper) {
            return part;
        }
        parts.add(part);
        return null;
    }
}
