package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.Serializable;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What an ExecutorService promises, kept by the pool's. */
interface ExecutorTest extends PoolCase {
    /** Long enough for everything. */
    long LONG = 100;

    /** A task that is data. */
    record Sum(int a, int b) implements Callable<Integer>, Supplier<Integer>, Serializable {
        @Override
        public Integer call() {
            return a + b;
        }

        @Override
        public Integer get() {
            return a + b;
        }
    }

    private static <T> T got(Future<T> future) throws Exception {
        return future.get(Patience.much().toSeconds(), TimeUnit.SECONDS);
    }

    private static void ends(PoolExecutor executor) throws InterruptedException {
        assertThat(executor.awaitTermination(Patience.much().toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(executor.isTerminated()).isTrue();
    }

    /** A task that waits for {@code end}, and has begun to. */
    private Future<Integer> held(PoolExecutor executor, Gate end) {
        Gate started = Gate.in(folder());
        Future<Integer> future = executor.submit(() -> {
            started.open();
            end.pass();
            return 1;
        });
        started.expectOpen();
        return future;
    }

    /** Leaves no worker free. */
    private List<Future<Integer>> fill(PoolExecutor executor, Gate end) {
        List<Future<Integer>> held = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            held.add(held(executor, end));
        }
        return held;
    }

    // ---- what travels

    @Test
    default void submit_whatCanTravel_runsOnAWorker() throws Exception {
        PoolExecutor executor = pool().executor();
        Fn0<Integer> fn = () -> 4;
        Callable<Integer> cast = (Callable<Integer> & Serializable) () -> 5;
        int captured = 6;

        assertThat(got(executor.submit(() -> TaskContext.current().workerId()))).isBetween(1, SIZE);
        assertThat(got(executor.submit(() -> captured))).isEqualTo(6);
        assertThat(got(executor.submit(fn))).isEqualTo(4);
        assertThat(got(executor.submit(cast))).isEqualTo(5);
        assertThat(got(executor.submit((Callable<Integer>) new Sum(3, 4)))).isEqualTo(7);
        assertThat(executor.submit(() -> null)).succeedsWithin(Patience.much()).isNull();
    }

    @Test
    default void submit_runnable_givesNullOrWhatWasSaid() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate ran = Gate.in(folder());
        Runnable cast = (Runnable & Serializable) () -> TaskContext.current();
        Object said = new Object(); // stays here

        assertThat((Object) got(executor.submit(() -> {
                    ran.open();
                })))
                .isNull();
        ran.expectOpen();
        assertThat((Object) got(executor.submit(cast))).isNull();
        assertThat(got(executor.submit(cast, said))).isSameAs(said);
    }

    @Test
    default void submit_whatCannotTravel_isRefusedAndSaysWhy() {
        PoolExecutor executor = pool().executor();
        Callable<Integer> plain = () -> 1;
        Socket socket = new Socket();

        assertThatThrownBy(() -> executor.submit(plain))
                .isInstanceOf(RejectedExecutionException.class)
                .hasCauseInstanceOf(NotPortableException.class)
                .hasMessageStartingWith("the task cannot go to a worker: ")
                .hasMessageEndingWith("; a lambda can if given to a method of PoolExecutor, or cast to Serializable");
        assertThatThrownBy(() -> executor.submit(() -> socket.getPort()))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage(
                        "the task cannot go to a worker: the lambda in io.github.clusterpool.ExecutorTest captures value 1"
                                + " (java.net.Socket), which cannot travel; open it on the worker instead");
        assertServes();
    }

    @Test
    default void submit_null_isRefused() {
        PoolExecutor executor = pool().executor();

        assertThrows(NullPointerException.class, () -> executor.submit((Callable<Integer>) null));
        assertThrows(NullPointerException.class, () -> executor.submit((Fn0<Integer>) null));
        assertThrows(NullPointerException.class, () -> executor.submit((Runnable) null));
        assertThrows(NullPointerException.class, () -> executor.submit((Runnable) null, 1));
        assertThrows(NullPointerException.class, () -> executor.execute((Runnable) null));
        assertThrows(NullPointerException.class, () -> executor.supplyAsync(null));
    }

    @Test
    default void submit_seeded_givesEachTaskItsStream() throws Exception {
        for (JobOptions options : List.of(JobOptions.seed(5), JobOptions.seedPerWorker(5))) {
            PoolExecutor executor = pool().with(options).executor();

            for (int i = 0; i < 4; i++) {
                assertThat(got(executor.submit(
                                () -> TaskContext.current().random().nextDouble())))
                        .isEqualTo(RandomStream.seeded(5).stream(i).nextDouble());
            }
        }
    }

    @Test
    default void execute_lambda_runs() {
        Gate ran = Gate.in(folder());

        pool().executor().execute(() -> ran.open());

        ran.expectOpen();
    }

    // ---- futures

    @Test
    default void get_taskThrows_hasTheCauseAndTheWorkersStack() {
        Future<Integer> future = pool().executor().submit(() -> 1 / Env.names().size());

        ExecutionException error = assertThrows(ExecutionException.class, () -> got(future));

        assertThat(error.getCause())
                .isInstanceOf(TaskFailedException.class)
                .hasMessageMatching("worker \\d failed: java.lang.ArithmeticException: / by zero");
        assertThat(error.getCause().getCause()).isInstanceOf(RemoteException.class);
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isFalse();
        assertThat(future.cancel(true)).isFalse();
    }

    @Test
    default void get_timeIsOver_leavesTheTask() throws Exception {
        Gate end = Gate.in(folder());
        Future<Integer> future = held(pool().executor(), end);

        assertThrows(TimeoutException.class, () -> future.get(1, TimeUnit.MILLISECONDS));
        assertThat(future.isDone()).isFalse();
        end.open();

        assertThat(got(future)).isEqualTo(1);
    }

    @Test
    default void get_threadInterrupted_leavesTheTask() throws Exception {
        Gate end = Gate.in(folder());
        Future<Integer> future = held(pool().executor(), end);

        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, future::get);
        end.open();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(got(future)).isEqualTo(1);
    }

    @Test
    default void cancel_running_interruptsIt() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate never = Gate.in(folder());
        Future<Integer> future = held(executor, never);

        assertThat(future.cancel(true)).isTrue();

        assertThat(future.isCancelled()).isTrue();
        assertThat(future.isDone()).isTrue();
        assertThat(future.cancel(true)).isFalse();
        assertThrows(CancellationException.class, future::get);
        executor.shutdown();
        ends(executor);
        assertServes();
    }

    @Test
    default void cancel_runningWithoutInterrupt_letsItEnd() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate end = Gate.in(folder());
        Gate ended = Gate.in(folder());
        Gate started = Gate.in(folder());
        Future<?> future = executor.submit(() -> {
            started.open();
            end.pass();
            ended.open();
            return 1;
        });
        started.expectOpen();

        assertThat(future.cancel(false)).isTrue();
        assertThat(future.isCancelled()).isTrue();
        executor.shutdown();
        assertThat(executor.isTerminated()).isFalse();
        end.open();

        ended.expectOpen();
        ends(executor);
    }

    @Test
    default void cancel_waiting_neverRuns() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate end = Gate.in(folder());
        Gate ran = Gate.in(folder());
        List<Future<Integer>> held = fill(executor, end);
        Future<?> waiting = executor.submit(() -> ran.open());

        assertThat(waiting.cancel(false)).isTrue();
        end.open();
        executor.shutdown();

        ends(executor);
        assertThat(ran.isOpen()).isFalse();
        assertThat(held).allSatisfy(future -> assertThat(got(future)).isEqualTo(1));
    }

    // ---- many

    @Test
    default void invokeAll_tasks_areAllDoneInOrder() throws Exception {
        List<Fn0<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            tasks.add(() -> {
                if (number == 7) {
                    throw new IllegalStateException("seven");
                }
                return number * number;
            });
        }

        List<Future<Integer>> futures = pool().executor().invokeAll(tasks);

        assertThat(futures)
                .hasSize(20)
                .allSatisfy(future -> assertThat(future.isDone()).isTrue());
        assertThat(futures.get(19).get()).isEqualTo(361);
        assertThat(assertThrows(ExecutionException.class, futures.get(7)::get))
                .hasRootCauseMessage("java.lang.IllegalStateException: seven".substring(33))
                .hasMessageContaining("java.lang.IllegalStateException: seven");
    }

    @Test
    default void invokeAll_none_givesNone() throws Exception {
        assertThat(pool().executor().invokeAll(List.<Fn0<Integer>>of())).isEmpty();
        assertThat(pool().executor().invokeAll(List.<Fn0<Integer>>of(), LONG, TimeUnit.SECONDS))
                .isEmpty();
    }

    @Test
    default void invokeAll_nulls_areRefused() {
        PoolExecutor executor = pool().executor();
        List<Fn0<Integer>> tasks = new ArrayList<>(List.<Fn0<Integer>>of(() -> 1));
        tasks.add(null);

        assertThrows(NullPointerException.class, () -> executor.invokeAll(null));
        assertThrows(NullPointerException.class, () -> executor.invokeAll(tasks));
        assertThrows(NullPointerException.class, () -> executor.invokeAll(tasks, LONG, TimeUnit.SECONDS));
        assertThrows(NullPointerException.class, () -> executor.invokeAll(List.of(tasks.get(0)), LONG, null));
    }

    @Test
    default void invokeAll_timeIsOver_cancelsTheRest() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate never = Gate.in(folder());
        Fn0<Integer> waits = () -> {
            never.pass();
            return 1;
        };

        List<Future<Integer>> futures =
                executor.invokeAll(Collections.nCopies(SIZE + 2, waits), 10, TimeUnit.MILLISECONDS);

        assertThat(futures)
                .hasSize(SIZE + 2)
                .allSatisfy(future -> assertThat(future.isCancelled()).isTrue());
        executor.shutdown();
        ends(executor);
    }

    @Test
    default void invokeAll_threadInterrupted_cancelsAll() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate never = Gate.in(folder());
        List<Fn0<Integer>> tasks = List.of(() -> {
            never.pass();
            return 1;
        });

        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> executor.invokeAll(tasks));

        executor.shutdown();
        ends(executor); // for nothing opens the gate
    }

    @Test
    default void invokeAny_oneSucceeds_givesItAndCancelsTheRest() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate never = Gate.in(folder());
        List<Fn0<Integer>> tasks = List.of(
                () -> {
                    never.pass();
                    return 1;
                },
                () -> {
                    throw new IllegalStateException("not this one");
                },
                () -> 3);

        assertThat(executor.invokeAny(tasks)).isEqualTo(3);
        assertThat(executor.invokeAny(tasks, LONG, TimeUnit.SECONDS)).isEqualTo(3);
        executor.shutdown();
        ends(executor);
    }

    @Test
    default void invokeAny_allFail_throwsWhatOneThrew() {
        List<Fn0<Integer>> tasks = Collections.nCopies(3, () -> {
            throw new IllegalStateException("no");
        });

        assertThatThrownBy(() -> pool().executor().invokeAny(tasks))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TaskFailedException.class);
        assertThatThrownBy(() -> pool().executor().invokeAny(tasks, LONG, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    default void invokeAny_timeIsOver_cancelsAll() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate never = Gate.in(folder());
        List<Fn0<Integer>> tasks = List.of(() -> {
            never.pass();
            return 1;
        });

        assertThrows(TimeoutException.class, () -> executor.invokeAny(tasks, 10, TimeUnit.MILLISECONDS));

        executor.shutdown();
        ends(executor);
    }

    @Test
    default void invokeAny_nothingOrNull_isRefused() {
        PoolExecutor executor = pool().executor();
        List<Fn0<Integer>> tasks = new ArrayList<>(List.<Fn0<Integer>>of(() -> 1));
        tasks.add(null);

        assertThatThrownBy(() -> executor.invokeAny(List.<Fn0<Integer>>of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tasks must be at least one, got none");
        assertThrows(NullPointerException.class, () -> executor.invokeAny(null));
        assertThrows(NullPointerException.class, () -> executor.invokeAny(tasks));
        assertThrows(NullPointerException.class, () -> executor.invokeAny(List.of(tasks.get(0)), LONG, null));
    }

    // ---- the end

    @Test
    default void shutdown_tasksWaiting_runAndNothingElse() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate end = Gate.in(folder());
        fill(executor, end);
        Future<Integer> waiting = executor.submit(() -> 2);

        executor.shutdown();
        executor.shutdown();

        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThatThrownBy(() -> executor.submit(() -> 3))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the executor of pool 'shared' was shut down; take another one by pool.executor()");
        assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
        assertThrows(RejectedExecutionException.class, () -> executor.invokeAll(List.<Fn0<Integer>>of(() -> 3)));
        assertThrows(RejectedExecutionException.class, () -> executor.invokeAny(List.<Fn0<Integer>>of(() -> 3)));
        end.open();
        ends(executor);
        assertThat(waiting.isDone()).isTrue();
        assertThat(got(waiting)).isEqualTo(2);
        assertServes();
    }

    @Test
    default void shutdown_nothingUnderWay_isTheEnd() throws Exception {
        PoolExecutor executor = pool().executor();

        executor.shutdown();

        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.shutdownNow()).isEmpty();
    }

    @Test
    default void awaitTermination_threadInterrupted_throws() {
        PoolExecutor executor = pool().executor();

        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, () -> executor.awaitTermination(LONG, TimeUnit.SECONDS));
    }

    @Test
    default void shutdownNow_tasksUnderWayAndWaiting_cancelsTheOnesAndGivesTheOthersBack() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate never = Gate.in(folder());
        List<Future<Integer>> held = fill(executor, never);
        Future<Integer> waiting = executor.submit(() -> 2);
        PoolExecutor.Action action = () -> {};
        executor.execute(action);

        List<Runnable> left = executor.shutdownNow();

        assertThat(left).hasSize(2);
        assertThat(left.get(0)).isSameAs(waiting);
        assertThat(left.get(1)).isSameAs(action);
        assertThat(held).allSatisfy(future -> assertThat(future.isCancelled()).isTrue());
        ends(executor);
        assertThat(waiting.isDone()).isFalse();
        left.get(0).run();
        assertThat(got(waiting)).isEqualTo(2);
        assertServes();
    }

    @Test
    default void close_tasksWaiting_waitsForThem() throws Exception {
        PoolExecutor executor = pool().executor();
        Object any = executor;
        Assumptions.assumeTrue(any instanceof AutoCloseable, "only from JDK 19 on");
        Future<Integer> future = executor.submit(() -> 1);

        ((AutoCloseable) any).close();

        assertThat(future.isDone()).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertServes();
    }

    @Test
    default void submit_poolIsDeleted_failsAndTheExecutorEnds() throws Exception {
        PoolExecutor executor = pool().executor();
        List<Future<Integer>> held = fill(executor, Gate.in(folder()));
        Future<Integer> waiting = executor.submit(() -> 1);

        PoolCase.value(pool().delete());

        assertThat(assertThrows(ExecutionException.class, () -> got(held.get(0))))
                .hasCauseInstanceOf(PoolClosedException.class);
        assertThat(assertThrows(ExecutionException.class, () -> got(waiting)))
                .hasCauseInstanceOf(PoolMissingException.class);
        executor.shutdown();
        ends(executor);
        PoolCase.value(pool().init(SIZE));
    }

    // ---- CompletableFuture

    @Test
    default void supplyAsync_whatCanTravel_runsOnAWorker() throws Exception {
        PoolExecutor executor = pool().executor();
        Supplier<Integer> cast =
                (Supplier<Integer> & Serializable) () -> TaskContext.current().workerId();

        assertThat(got(CompletableFuture.supplyAsync(cast, executor))).isBetween(1, SIZE);
        assertThat(CompletableFuture.supplyAsync(new Sum(1, 2), executor).thenApply(sum -> sum * 2))
                .succeedsWithin(Patience.much())
                .isEqualTo(6);
        assertThat(executor.supplyAsync(() -> TaskContext.current().workerId()).thenApply(id -> id > 0))
                .succeedsWithin(Patience.much())
                .isEqualTo(true);
    }

    @Test
    default void runAsync_whatCanTravel_runsOnAWorker() throws Exception {
        Gate ran = Gate.in(folder());
        PoolExecutor.Action action = () -> {
            TaskContext.current();
            ran.open();
        };

        assertThat(got(CompletableFuture.runAsync(action, pool().executor()))).isNull();

        ran.expectOpen();
    }

    @Test
    default void supplyAsync_throws_endsTheFutureAsTheJdkDoes() {
        Supplier<Integer> fails = (Supplier<Integer> & Serializable) () -> {
            throw new IllegalStateException("no");
        };

        CompletableFuture<Integer> future = CompletableFuture.supplyAsync(fails, pool().executor());

        assertThat(assertThrows(ExecutionException.class, () -> got(future)))
                .hasCauseInstanceOf(TaskFailedException.class);
        assertThat(assertThrows(CompletionException.class, future::join)).hasCauseInstanceOf(TaskFailedException.class);
        assertThat(future.isCompletedExceptionally()).isTrue();
        assertThat(future.handle((value, error) -> error).join()).isInstanceOf(CompletionException.class);
    }

    @Test
    default void supplyAsync_futureCompletedByHand_isNotRun() throws Exception {
        PoolExecutor executor = pool().executor();
        Gate end = Gate.in(folder());
        Gate ran = Gate.in(folder());
        fill(executor, end);
        CompletableFuture<Void> future = CompletableFuture.runAsync((PoolExecutor.Action) () -> ran.open(), executor);

        future.complete(null);
        end.open();
        executor.shutdown();

        ends(executor);
        assertThat(ran.isOpen()).isFalse();
    }

    @Test
    default void supplyAsync_whatCannotTravel_isRefusedAndSaysWhy() {
        PoolExecutor executor = pool().executor();
        CompletableFuture<Integer> done = CompletableFuture.completedFuture(1);

        assertThat(catchThrowableOfType(
                        RejectedExecutionException.class, () -> CompletableFuture.supplyAsync(() -> 1, executor)))
                .hasMessageStartingWith("the task cannot go to a worker: ")
                .hasMessageContaining("ExecutorTest");
        assertThatThrownBy(() -> new ExecutorCompletionService<Integer>(executor).submit(new Sum(1, 2)))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(assertThrows(
                        CompletionException.class,
                        () -> done.thenApplyAsync(i -> i + 1, executor).join()))
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("what it does is hidden in a java.util.concurrent.CompletableFuture$");
    }
}
