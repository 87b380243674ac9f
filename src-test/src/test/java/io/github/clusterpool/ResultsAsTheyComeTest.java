package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code Job.results()}: what comes when, to whom, and how it ends. */
interface ResultsAsTheyComeTest extends PoolCase {
    private static <R> List<Result<R>> inOrder(List<Result<R>> results) {
        return results.stream().sorted(Comparator.comparingInt(Result::index)).toList();
    }

    @Test
    default void results_manyElements_areAllThereOnce() {
        List<Integer> xs = IntStream.range(0, 50_000).boxed().toList();

        List<Result<Integer>> results =
                inOrder(Probe.all(pool().lapply(xs, i -> i * 2).results()));

        assertThat(results).hasSize(xs.size());
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i)).isEqualTo(new Result<>(i, 2 * i, null));
        }
    }

    @Test
    default void results_firstElementTakesLong_othersComeBefore() {
        Gate gate = Gate.in(folder());
        Probe<Result<Integer>> probe = Probe.of(pool().with(JobOptions.chunkSize(1))
                .lapply(List.of(0, 1, 2), i -> {
                    if (i == 0) {
                        gate.pass();
                    }
                    return i;
                })
                .results());
        probe.request(10);

        Patience.await().until(() -> probe.items.size() == 2);
        assertThat(probe.items).extracting(Result::index).containsExactlyInAnyOrder(1, 2);
        gate.open();

        assertThat(probe.toEnd()).extracting(Result::index).last().isEqualTo(0);
    }

    /** What is dealt ahead answers together, but not for longer than the next takes no time. */
    @Test
    default void results_swiftTasksBeforeOneThatBlocks_comeBeforeItsEnd() {
        Gate begin = Gate.in(folder());
        Gate end = Gate.in(folder());
        for (int i = 0; i < 30; i++) {
            value(pool().lapply(List.of(i), x -> x));
        }
        List<Job<List<Integer>>> swift = new ArrayList<>();
        Job<List<Integer>> first = waiting(begin);
        for (int i = 0; i < 12; i++) {
            swift.add(pool().lapply(List.of(i), x -> x));
        }
        Job<List<Integer>> blocked = waiting(end);
        begin.open();

        for (int i = 0; i < 12; i++) {
            assertThat(value(swift.get(i))).containsExactly(i);
        }
        assertThat(value(first)).hasSize(1);
        assertThat(blocked.isDone()).isFalse();
        end.open();
        assertThat(value(blocked)).hasSize(1);
    }

    @Test
    default void results_chunkTakesLong_firstOnesComeBeforeItsEnd() {
        Gate firstCame = Gate.in(folder());
        List<Integer> xs = IntStream.range(0, 5_000).boxed().toList();
        Probe<Result<Boolean>> probe = Probe.of(pool().with(JobOptions.chunkSize(xs.size()))
                .lapply(xs, i -> firstCame.poll())
                .results());
        probe.request(xs.size());

        Patience.await().until(() -> !probe.items.isEmpty());
        firstCame.open();

        assertThat(inOrder(probe.toEnd())).extracting(Result::value).last().isEqualTo(true);
    }

    @Test
    default void results_readBeforeTheEnd_areNotDecodedAgainForTheList() {
        Gate firstCame = Gate.in(folder());
        ResultsJob<List<int[]>, int[]> job = pool().with(JobOptions.chunkSize(1))
                .lapply(List.of(0, 1, 2), i -> {
                    if (i > 0) {
                        firstCame.pass();
                    }
                    return new int[] {i};
                });
        Probe<Result<int[]>> probe = Probe.of(job.results());
        probe.request(10);
        Patience.await().until(() -> !probe.items.isEmpty());
        firstCame.open();

        List<int[]> list = value(job);
        List<int[]> read = inOrder(probe.toEnd()).stream().map(Result::value).toList();

        assertThat(read.get(0)).containsExactly(0).isSameAs(list.get(0));
        assertThat(read.get(2)).containsExactly(2).isSameAs(list.get(2));
    }

    @Test
    default void results_lateSubscriber_hasThemAll() {
        ResultsJob<List<Integer>, Integer> job = pool().lapply(List.of(1, 2, 3), i -> i + 1);
        value(job);

        List<Result<Integer>> first = Probe.all(job.results());
        List<Result<Integer>> second = Probe.all(job.results());

        assertThat(inOrder(first))
                .containsExactly(new Result<>(0, 2, null), new Result<>(1, 3, null), new Result<>(2, 4, null));
        assertThat(second).isEqualTo(first);
    }

    @Test
    default void results_fewAskedFor_givesNoMore() {
        ResultsJob<List<Integer>, Integer> job =
                pool().lapply(IntStream.range(0, 100).boxed().toList(), i -> i);
        Probe<Result<Integer>> probe = Probe.of(job.results());
        Probe<Result<Integer>> greedy = Probe.of(job.results());

        probe.request(3);
        greedy.request(Long.MAX_VALUE);

        assertThat(greedy.toEnd()).hasSize(100);
        Patience.await().until(() -> probe.items.size() == 3);
        assertThat(probe.isEnded()).isFalse();
        probe.request(97);
        assertThat(probe.toEnd()).hasSize(100);
    }

    @Test
    default void results_subscriptionCancelled_jobGoesOn() {
        Gate gate = Gate.in(folder());
        ResultsJob<List<Integer>, Integer> job = pool().with(JobOptions.chunkSize(1))
                .lapply(List.of(0, 1, 2), i -> {
                    if (i == 2) {
                        gate.pass();
                    }
                    return i;
                });
        Probe<Result<Integer>> probe = Probe.of(job.results());
        probe.request(10);
        Patience.await().until(() -> probe.items.size() == 2);

        probe.cancel();
        gate.open();

        assertThat(value(job)).containsExactly(0, 1, 2);
        assertThat(probe.items).hasSize(2);
        assertThat(probe.isEnded()).isFalse();
    }

    @Test
    default void results_elementFails_isItsResult() {
        List<Result<Integer>> results =
                inOrder(Probe.all(pool().lapply(List.of(4, 2, 0), x -> 8 / x).results()));

        assertThat(results).extracting(Result::value).containsExactly(2, 4, null);
        assertThat(results.get(2).error())
                .isInstanceOf(TaskFailedException.class)
                .message()
                .matches("element 2 of 3 \\(0\\) failed on worker [12]: java.lang.ArithmeticException: / by zero");
    }

    @Test
    default void results_failFast_tellsWhatDidNotRun() {
        JobOptions options = JobOptions.failFast(true).chunkSize(1).maxConcurrency(1);

        List<Result<Integer>> results = Probe.all(
                pool().with(options).lapply(List.of(0, 1, 2, 3), i -> 1 / i).results());

        assertThat(inOrder(results)).extracting(Result::index).containsExactly(0, 1, 2, 3);
        assertThat(inOrder(results).get(3).error()).hasMessage("not run: the job had failed before (failFast)");
    }

    @Test
    default void results_jobCancelled_failsAfterWhatThereIs() {
        Gate never = Gate.in(folder());
        ResultsJob<List<Integer>, Integer> job = pool().with(JobOptions.chunkSize(1))
                .lapply(List.of(0, 1), i -> {
                    if (i == 1) {
                        never.pass();
                    }
                    return i;
                });
        Probe<Result<Integer>> probe = Probe.of(job.results());
        probe.request(1);
        Patience.await().until(() -> !probe.items.isEmpty());

        job.cancel();

        assertThat(probe.failure())
                .isInstanceOf(CancellationException.class)
                .hasMessage("the job on pool 'shared' was cancelled");
        assertThat(probe.items).containsExactly(new Result<>(0, 0, null));
        assertServes();
    }

    @Test
    default void results_poolMissing_isTheFailure() {
        value(pool().delete());

        Throwable error = Probe.of(pool().lapply(List.of(1), i -> i).results()).failure();

        assertThat(error).isInstanceOf(PoolMissingException.class);
        value(pool().init(SIZE));
    }

    @Test
    default void results_ofEveryVerb_areOneForEachTask() {
        assertThat(Probe.all(pool().lapply(Map.of("a", 1), i -> i).results()))
                .containsExactly(new Result<>(0, 1, null));
        assertThat(Probe.all(pool().sapply(List.of(5), i -> i).results())).containsExactly(new Result<>(0, 5, null));
        assertThat(Probe.all(pool().map(List.of(2), List.of(3), (a, b) -> a * b).results()))
                .containsExactly(new Result<>(0, 6, null));
        assertThat(inOrder(Probe.all(
                        pool().call(() -> TaskContext.current().workerId()).results())))
                .containsExactly(new Result<>(0, 1, null), new Result<>(1, 2, null));
        assertThat(inOrder(Probe.all(pool().evalq("1 + 1").results())))
                .containsExactly(new Result<>(0, 2, null), new Result<>(1, 2, null));
        assertThat(inOrder(Probe.all(pool().evalq(() -> 7).results())))
                .containsExactly(new Result<>(0, 7, null), new Result<>(1, 7, null));
    }

    @Test
    default void results_broadcastFails_areTheWorkersOutcomes() {
        ResultsJob<List<Integer>, Integer> job =
                pool().call(() -> 1 / (TaskContext.current().workerId() - 1));

        List<Result<Integer>> results = inOrder(Probe.all(job.results()));

        failure(BroadcastFailedException.class, job);
        assertThat(results.get(0).error()).hasMessage("worker 1 failed: java.lang.ArithmeticException: / by zero");
        assertThat(results.get(1).value()).isEqualTo(1);
    }

    @Test
    default void results_ofAnExport_areOneForEachWorker() {
        List<? extends Result<?>> results =
                Probe.all(pool().export(Map.of("x", 1)).results());

        assertThat(results).extracting(Result::index).containsExactlyInAnyOrder(0, 1);
        assertThat(results).extracting(Result::value).containsOnlyNulls();
        assertThat(results).allMatch(Result::isSuccess);
    }

    @Test
    default void results_ofInitAndResize_areNone() {
        assertThat(Probe.all(pool().init(SIZE).results())).isEmpty();
        assertThat(Probe.all(pool().resize(SIZE).results())).isEmpty();
    }

    @Test
    default void results_noElements_areNone() {
        assertThat(Probe.all(pool().lapply(List.<Integer>of(), i -> i).results()))
                .isEmpty();
    }
}
