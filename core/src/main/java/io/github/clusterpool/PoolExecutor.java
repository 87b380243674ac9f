package io.github.clusterpool;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletableFuture.AsynchronousCompletionTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The pool as an {@link java.util.concurrent.ExecutorService}: each task is a job of one element, with the options of the
 * view that {@link Pool#executor} was called on.
 *
 * <p>A task must be able to travel. Lambdas given to {@code submit}, {@code execute} and {@code supplyAsync} of this class
 * can, as far as what they capture can; so can records, enums, {@link Fn0}s and lambdas of {@link Callable},
 * {@link Runnable} and {@link java.util.function.Supplier} that are cast to {@link Serializable}, too.
 * {@code CompletableFuture.supplyAsync(f, executor)} and {@code runAsync} work with such an {@code f}. All else is refused
 * by a {@link RejectedExecutionException} that says why, and so are the further stages of a CompletableFuture
 * ({@code thenApplyAsync}) and {@link java.util.concurrent.FutureTask}s, which hide what they run.
 *
 * <p>As many tasks as the pool has workers are given to it at a time; the others wait here, in the order in which they
 * came, and can be taken back. A task's {@link TaskContext#index}, by which it is seeded, too, is how many this executor was
 * given before. What a task throws arrives as the cause of an {@link ExecutionException}: a {@link TaskFailedException},
 * whose cause has the worker's stack. Thread-safe.
 */
public final class PoolExecutor extends AbstractExecutorService {
    /** A {@link Runnable} that can travel to a worker. */
    @FunctionalInterface
    public interface Action extends Runnable, Serializable {}

    private final PoolClient client;
    private final Codec codec;
    private final JobOptions.Chosen options;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger rounds = new AtomicInteger();
    private final CountDownLatch terminated = new CountDownLatch(1);

    // guarded by this
    private final Deque<PoolTask<?>> waiting = new ArrayDeque<>();
    private final Set<PoolTask<?>> underWay = new LinkedHashSet<>();
    private long waitingBytes;
    private boolean shutdown;

    PoolExecutor(PoolClient client, Codec codec, JobOptions.Chosen options) {
        this.client = client;
        this.codec = codec;
        this.options = options;
    }

    // ---- tasks

    /** The same with a lambda that travels because it is given here. */
    public <T> Future<T> submit(Fn0<T> task) {
        return submit((Callable<T>) task);
    }

    /** The same with a lambda that travels because it is given here. */
    public Future<?> submit(Action task) {
        return submit((Runnable) task);
    }

    /** The same with a lambda that travels because it is given here. */
    public void execute(Action command) {
        execute((Runnable) command);
    }

    /**
     * What {@link CompletableFuture#supplyAsync} gives, for a lambda that travels because it is given here. To cancel it is
     * to cancel the task.
     */
    public <T> CompletableFuture<T> supplyAsync(Fn0<T> task) {
        PoolTask<T> supplied = newTaskFor(task);
        add(supplied);
        return supplied;
    }

    /**
     * Runs the command on a worker; if it fails there, the log tells.
     *
     * @throws RejectedExecutionException if it cannot travel, after {@link #shutdown}, or if too much waits
     */
    @Override
    public void execute(Runnable command) {
        if (Objects.requireNonNull(command, "command") instanceof PoolTask<?> task) {
            add(task);
        } else if (command instanceof AsynchronousCompletionTask) {
            executeParts(AsyncParts.of(command, codec.loader()));
        } else {
            PoolTask<?> task = task(TaskBody.of(command), command);
            task.whenComplete((nothing, error) -> {
                if (error != null && !task.isCancelled()) {
                    client.threw("a task of its executor", error);
                }
            });
            add(task);
        }
    }

    /** A CompletableFuture's wrapper only has to be seen to run: its future is completed from here. */
    private void executeParts(AsyncParts.Seen parts) {
        PoolTask<Object> task = task(parts.body(), null);
        CompletableFuture<Object> future = parts.future();
        task.whenComplete((value, error) -> PoolTask.end(future, value, error));
        future.whenComplete((value, error) -> task.cancel(false)); // it may be completed by hand before its turn comes
        add(task);
    }

    @Override
    protected <T> PoolTask<T> newTaskFor(Callable<T> callable) {
        return task(TaskBody.of(Objects.requireNonNull(callable, "task")), null);
    }

    @Override
    protected <T> PoolTask<T> newTaskFor(Runnable runnable, T value) {
        return task(TaskBody.of(Objects.requireNonNull(runnable, "task"), value), null);
    }

    private <T> PoolTask<T> task(TaskBody<T> body, @Nullable Runnable given) {
        try {
            Work work = codec.task(body.function(), body.task(), options, made.getAndIncrement() & Integer.MAX_VALUE);
            return new PoolTask<>(client, codec, body, work, given);
        } catch (NotPortableException | PayloadTooLargeException e) {
            throw new RejectedExecutionException(
                    Messages.taskRefused(e.getMessage(), body.task() instanceof Serializable), e);
        }
    }

    private void add(PoolTask<?> task) {
        synchronized (this) {
            if (shutdown) {
                throw new RejectedExecutionException(Messages.executorShutDown(client.pool()));
            }
            requireRoom(task);
            waiting.add(task);
            waitingBytes += task.bytes();
        }
        deal();
    }

    private void requireRoom(PoolTask<?> task) {
        PoolConfig.Limits limits = codec.config().queue();
        if (waiting.size() >= limits.count()) {
            throw overloaded("tasks", waiting.size() + 1, limits.count(), "clusterpool.queue.max-tasks");
        }
        if (waitingBytes + task.bytes() > limits.bytes()) {
            throw overloaded("bytes", waitingBytes + task.bytes(), limits.bytes(), "clusterpool.queue.max-bytes");
        }
    }

    private RejectedExecutionException overloaded(String what, long got, long limit, String key) {
        String message = Messages.overloaded(client.pool(), what, got, limit, key);
        return new RejectedExecutionException(message, new PoolOverloadedException(message));
    }

    // ---- the way to the pool

    /** Whoever finds another at it leaves it to that one: a task that ends at once would have them wait in each other. */
    private void deal() {
        if (rounds.getAndIncrement() > 0) {
            return;
        }
        int known;
        do {
            known = rounds.get();
            for (PoolTask<?> next = take(); next != null; next = take()) {
                PoolTask<?> task = next;
                task.start().whenComplete((end, error) -> ended(task));
            }
        } while (rounds.addAndGet(-known) != 0);
    }

    private synchronized @Nullable PoolTask<?> take() {
        if (underWay.size() >= Math.max(1, client.status().size())) {
            return null;
        }
        PoolTask<?> next = waiting.poll();
        if (next != null) {
            waitingBytes -= next.bytes();
            underWay.add(next);
        }
        return next;
    }

    private void ended(PoolTask<?> task) {
        synchronized (this) {
            underWay.remove(task);
        }
        deal();
        settle();
    }

    private synchronized void settle() {
        if (shutdown && waiting.isEmpty() && underWay.isEmpty()) {
            terminated.countDown();
        }
    }

    // ---- the first of many

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        try {
            return any(tasks, Long.MAX_VALUE);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return any(tasks, unit.toNanos(timeout));
    }

    private <T> T any(Collection<? extends Callable<T>> tasks, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException(Messages.noTasks());
        }
        long began = System.nanoTime();
        List<PoolTask<T>> all = new ArrayList<>();
        LinkedBlockingQueue<PoolTask<T>> ended = new LinkedBlockingQueue<>();
        for (Callable<T> each : tasks) {
            PoolTask<T> task = newTaskFor(each);
            task.whenComplete((value, error) -> ended.add(task));
            all.add(task);
        }
        try {
            all.forEach(this::add);
            return first(ended, all.size(), began, nanos);
        } finally {
            all.forEach(task -> task.cancel(true));
        }
    }

    private static <T> T first(LinkedBlockingQueue<PoolTask<T>> ended, int size, long began, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        ExecutionException last = null;
        for (int i = 0; i < size; i++) {
            PoolTask<T> next = ended.poll(nanos - (System.nanoTime() - began), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new TimeoutException();
            }
            try {
                return next.get();
            } catch (ExecutionException e) {
                last = e;
            } catch (CancellationException e) {
                last = new ExecutionException(e);
            }
        }
        throw Objects.requireNonNull(last);
    }

    // ---- the end

    /** Takes no more tasks; those given run. The pool stays. */
    @Override
    public void shutdown() {
        synchronized (this) {
            shutdown = true;
        }
        settle();
    }

    /**
     * Takes no more tasks and cancels those that the pool has. The pool stays.
     *
     * @return those that the pool has not been given: what {@link #execute} got, or the task's future; to run one runs it
     *     here
     */
    @Override
    public List<Runnable> shutdownNow() {
        List<Runnable> left = new ArrayList<>();
        List<PoolTask<?>> running;
        synchronized (this) {
            shutdown = true;
            waiting.forEach(task -> left.add(task.given()));
            waiting.clear();
            waitingBytes = 0;
            running = List.copyOf(underWay);
        }
        running.forEach(task -> task.cancel(true));
        settle();
        return left;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    /** True when nothing of any task runs any more, after {@link #shutdown}. */
    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }
}
