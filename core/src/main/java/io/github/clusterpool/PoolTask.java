package io.github.clusterpool;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RunnableFuture;
import org.jspecify.annotations.Nullable;

/** One task of an executor, ready to travel, and its future. */
final class PoolTask<T> extends CompletableFuture<T> implements RunnableFuture<T> {
    private final PoolClient client;
    private final Codec codec;
    private final TaskBody<T> body;
    private final Work work;
    private final @Nullable Runnable given;
    private @Nullable Job<List<Object>> job; // guarded by this

    PoolTask(PoolClient client, Codec codec, TaskBody<T> body, Work work, @Nullable Runnable given) {
        this.client = client;
        this.codec = codec;
        this.body = body;
        this.work = work;
        this.given = given;
    }

    long bytes() {
        return work.arguments().byteSize();
    }

    /** What the caller knows it by. */
    Runnable given() {
        return given == null ? this : given;
    }

    /** Gives it to the pool; the end is when nothing of it runs there any more and its future is done. */
    CompletionStage<?> start() {
        Job<List<Object>> started = submit();
        return started == null
                ? CompletableFuture.completedStage(null)
                : started.handle(this::end).thenCombine(started.halted(), (done, halt) -> halt);
    }

    /** Null if it was cancelled before. */
    private synchronized @Nullable Job<List<Object>> submit() {
        if (!isDone()) {
            Results<Object> results = new Results<>(codec, client.pool(), "submit", 0, null);
            job = client.submit(id -> new PoolSupervisor.Submit(id, work, client.replies()), results, all -> all, null);
        }
        return job;
    }

    private boolean end(@Nullable List<Object> values, @Nullable Throwable error) {
        if (values != null) {
            return complete(body.finish().apply(values.get(0)));
        }
        return error instanceof CancellationException ? super.cancel(false) : completeExceptionally(ofTask(error));
    }

    private static @Nullable Throwable ofTask(@Nullable Throwable error) {
        return error instanceof JobFailedException failed
                ? failed.outcomes().get(0).error()
                : error;
    }

    /** Ends the future of a CompletableFuture's own wrapper as that would. */
    static <T> void end(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable error) {
        if (error == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(new CompletionException(error));
        }
    }

    /** Only what {@link PoolExecutor#shutdownNow} took back gets here. */
    @Override
    public void run() {
        try {
            complete(body.finish().apply(body.here().call()));
        } catch (Throwable e) {
            completeExceptionally(e);
        }
    }

    /** The job of a task that must not be interrupted goes on, for nobody. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean first = !isDone() && super.cancel(mayInterruptIfRunning);
        if (first && mayInterruptIfRunning) {
            synchronized (this) {
                if (job != null) {
                    job.cancel();
                }
            }
        }
        return first;
    }

    /** What callers derive from it is an ordinary future. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
