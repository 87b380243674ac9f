package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions that use the pool they run on. */
@Timeout(300)
interface NestedTest extends PoolCase {
    /** Counts the leaves of a tree by a task for each node. */
    private static int leaves(int depth) {
        if (depth == 0) {
            return 1;
        }
        Fn<Integer, Integer> fn = i -> leaves(depth - 1);
        List<Integer> below = TaskContext.current()
                .pool()
                .with(JobOptions.chunkSize(1))
                .lapply(List.of(1, 2, 3), fn)
                .join();
        return below.stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    default void join_threeDeepOnOneWorker_givesTheResults() {
        value(pool().resize(1));

        List<Integer> leaves = value(pool().lapply(List.of(1, 2), i -> leaves(3)));

        assertThat(leaves).containsExactly(27, 27);
    }

    @Test
    default void join_threeDeepOnAllWorkers_givesTheResults() {
        assertThat(value(pool().lapply(IntStream.range(0, 8).boxed().toList(), i -> leaves(3))))
                .containsOnly(27);
    }

    @Test
    default void verbs_inATask_giveWhatTheyGiveOutside() {
        Exported<Integer> x = pool().export("x", 100);

        List<List<Object>> results = value(pool().lapply(List.of(1, 2), i -> {
            Pool pool = TaskContext.current().pool();
            return List.<Object>of(
                    pool.size(),
                    pool.lapply(List.of(1, 2, 3), j -> i * j + x.get()).join(),
                    pool.map(List.of(1, 2), List.of("a", "b"), (n, s) -> n + s).join(),
                    pool.sapply(List.of("a", "bb"), s -> s.length()).join().names(),
                    pool.call(() -> TaskContext.current().workerId()).join());
        }));

        assertThat(results.get(0))
                .containsExactly(SIZE, List.of(101, 102, 103), List.of("1a", "2b"), List.of("a", "bb"), List.of(1, 2));
        assertThat(results.get(1).get(1)).isEqualTo(List.of(102, 104, 106));
    }

    @Test
    default void call_fromEveryWorkerAtOnce_neverWaitsInACircle() {
        List<List<Integer>> ids = value(pool().call(() -> TaskContext.current()
                .pool()
                .call(() -> TaskContext.current().workerId())
                .join()));

        assertThat(ids).containsExactly(List.of(1, 2), List.of(1, 2));
    }

    @Test
    default void scheduling_staticFromEveryWorkerAtOnce_neverWaitsInACircle() {
        List<List<Integer>> ids = value(pool().call(() -> TaskContext.current()
                .pool()
                .with(JobOptions.scheduling(Scheduling.STATIC))
                .lapply(List.of(1, 2), i -> TaskContext.current().workerId())
                .join()));

        assertThat(ids).containsExactly(List.of(1, 2), List.of(1, 2));
    }

    @Test
    default void everyWayToWait_onOneWorker_ends() {
        value(pool().resize(1));

        List<List<Integer>> sums = value(pool().lapply(List.of(1), i -> {
            Pool pool = TaskContext.current().pool();
            var first = pool.lapply(List.of(1, 2), j -> j * 2).toCompletableFuture();
            var second = pool.lapply(List.of(3), j -> j * 2).thenApply(all -> all.get(0));
            CompletableFuture.allOf(first, second.toCompletableFuture()).get();
            ExecutorService executor = pool.executor();
            int third = CompletableFuture.supplyAsync((Supplier<Integer> & Serializable) () -> 7, executor)
                    .join();
            try (Stream<Result<Integer>> results = pool.stream(List.of(4, 5), j -> j * 2)) {
                List<Integer> streamed = results.map(Result::value).toList();
                return List.of(
                        first.join().get(1),
                        second.toCompletableFuture().join(),
                        third,
                        streamed.get(0),
                        streamed.get(1));
            }
        }));

        assertThat(sums).containsExactly(List.of(4, 6, 7, 8, 10));
    }

    @Test
    default void task_ofANestedJobThrows_reachesTheTaskAndTheCaller() {
        Job<List<String>> caught = pool().lapply(List.of(1), i -> {
            try {
                TaskContext.current().pool().lapply(List.of(4, 0), j -> 8 / j).join();
                return "nothing";
            } catch (JobFailedException e) {
                return e.outcomes().get(0).value() + " " + e.getCause().getMessage();
            }
        });
        Job<List<List<Integer>>> through = pool().lapply(
                        List.of(1),
                        i -> TaskContext.current()
                                .pool()
                                .lapply(List.of(0), j -> 8 / j)
                                .join());

        assertThat(value(caught).get(0)).startsWith("2 element 1 of 2 (0) failed on worker ");
        assertThat(failure(JobFailedException.class, through)).hasMessageContaining("1 of 1 elements failed");
    }

    @Test
    default void cancel_outerJob_cancelsTheNestedOne() throws Exception {
        Gate begun = Gate.in(folder());
        Gate never = Gate.in(folder());
        Job<List<Integer>> outer = pool().lapply(
                        List.of(1),
                        i -> TaskContext.current()
                                .pool()
                                .lapply(List.of(1), j -> {
                                    begun.open();
                                    never.pass();
                                    return j;
                                })
                                .join()
                                .get(0));
        begun.expectOpen();

        outer.cancel();

        outer.halted().toCompletableFuture().get();
        expectNothingRuns();
    }

    @Test
    default void taskTimeout_whileTheTaskWaits_endsItAndTheNestedJob() {
        Gate never = Gate.in(folder());
        Job<List<Integer>> outer = pool().with(JobOptions.taskTimeout(Duration.ofMillis(500)))
                .lapply(
                        List.of(1),
                        i -> TaskContext.current()
                                .pool()
                                .lapply(List.of(1), j -> {
                                    never.pass();
                                    return j;
                                })
                                .join()
                                .get(0));

        JobFailedException error = failure(JobFailedException.class, outer);

        assertThat(error.getCause()).isInstanceOf(TaskTimeoutException.class);
        expectNothingRuns();
    }

    @Test
    default void task_returnsWithoutWaiting_cancelsItsJobs() {
        Gate begun = Gate.in(folder());
        Gate never = Gate.in(folder());

        List<Integer> results = value(pool().lapply(List.of(1), i -> {
            TaskContext.current().pool().lapply(List.of(1), j -> {
                begun.open();
                never.pass();
                return j;
            });
            begun.pass();
            return i;
        }));

        assertThat(results).containsExactly(1);
        expectNothingRuns();
    }

    private void expectNothingRuns() {
        Patience.await().until(() -> {
            assertServes();
            PoolStatus status = pool().status();
            return status.running() == 0 && status.queued() == 0;
        });
    }

    @Test
    default void recursion_withoutEnd_isRefused() {
        JobFailedException error = failure(JobFailedException.class, pool().lapply(List.of(1), i -> down()));

        assertThat(error)
                .hasStackTraceContaining(
                        "jobs that tasks of pool 'shared' give to it must be nested at most 16 deep, got"
                                + " one deeper; let the recursion end earlier, and do the rest in the task itself");
        assertServes();
    }

    private static Integer down() {
        return TaskContext.current()
                .pool()
                .lapply(List.of(1), i -> down())
                .join()
                .get(0);
    }

    @Test
    default void verbs_thatChangeThePool_areRefusedInATask() {
        List<String> refusals = value(pool().lapply(List.of(1), i -> {
                    Pool pool = TaskContext.current().pool();
                    List<Runnable> verbs = List.of(
                            () -> pool.init(1),
                            () -> pool.resize(1),
                            pool::delete,
                            pool::close,
                            () -> pool.export("x", 1),
                            () -> pool.evalq("1"),
                            pool::code);
                    return verbs.stream().map(NestedTest::refusal).toList();
                }))
                .get(0);

        String rest =
                " must be called where the pool was opened, got called in one of its tasks; a task can give its pool"
                        + " other tasks: lapply, sapply, map, call, stream, flow, executor";
        assertThat(refusals)
                .containsExactly(
                        "init and code" + rest,
                        "resize" + rest,
                        "delete" + rest,
                        "delete" + rest,
                        "export" + rest,
                        "evalq" + rest,
                        "init and code" + rest);
    }

    private static String refusal(Runnable verb) {
        try {
            verb.run();
            return "none";
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    @Test
    default void pool_inEvalq_isRefused() {
        BroadcastFailedException error = failure(
                BroadcastFailedException.class,
                pool().evalq(() -> TaskContext.current().pool().size()));

        assertThat(error)
                .hasMessageContaining("TaskContext.pool() must be used in a task, got used in evalq, which every worker"
                        + " runs by itself; use call, or give the pool its tasks before");
    }

    @Test
    default void export_whileTheTaskWaits_isNotSeenByTheNestedTasks() {
        value(pool().resize(1));
        pool().export("x", 1);
        Gate begun = Gate.in(folder());
        Gate exported = Gate.in(folder());
        Job<List<Integer>> outer = pool().lapply(List.of(1), i -> {
            begun.open();
            exported.pass();
            return TaskContext.current()
                    .pool()
                    .lapply(List.of(1), j -> Env.<Integer>get("x"))
                    .join()
                    .get(0);
        });
        begun.expectOpen();

        Job<Void> change = pool().export("x", 2).done();
        exported.open();

        assertThat(value(outer)).containsExactly(1);
        value(change);
    }

    @Test
    default void export_whileTheTaskWaits_isDoneBeforeItEnds() {
        Gate begun = Gate.in(folder());
        Gate exported = Gate.in(folder());
        Job<List<Integer>> outer = pool().call(() -> {
            Fn0<Integer> inner = () -> {
                begun.open();
                exported.pass();
                return 1;
            };
            return TaskContext.current().pool().call(inner).join().size();
        });
        begun.expectOpen();

        value(pool().export("x", 1).done());
        value(pool().evalq(() -> {
            Env.put("y", Env.<Integer>get("x") + 1);
            return 0;
        }));
        Job<List<Integer>> later = pool().lapply(List.of(1, 2, 3, 4), i -> i * Env.<Integer>get("y"));
        exported.open();

        assertThat(value(outer)).containsExactly(SIZE, SIZE);
        assertThat(value(later)).containsExactly(2, 4, 6, 8);
    }

    @Test
    default void large_argumentsAndResults_travelBothWays() {
        List<Integer> sizes = value(pool().lapply(List.of(1_000_000), n -> {
            List<byte[]> back = TaskContext.current()
                    .pool()
                    .lapply(List.of(new byte[n], new byte[2 * n]), bytes -> new byte[bytes.length + 1])
                    .join();
            return back.get(0).length + back.get(1).length;
        }));

        assertThat(sizes).containsExactly(3_000_002);
    }
}
