package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static io.github.clusterpool.PoolCase.values;
import static io.github.clusterpool.PoolCase.worker;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a function does wrong is told with every outcome, and hurts nothing else. */
interface FailuresTest extends PoolCase {
    class Rude extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("no message for you");
        }
    }

    class Sealed {}

    @Test
    default void lapply_oneElementThrows_namesItAndKeepsTheRest() {
        Job<List<Integer>> job =
                pool().with(JobOptions.scheduling(Scheduling.STATIC)).lapply(List.of(4, 2, 0), x -> 8 / x);

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error)
                .hasMessage("1 of 3 elements failed; first: element 2 (0) on worker 2:"
                        + " java.lang.ArithmeticException: / by zero");
        assertThat(error.outcomes()).extracting(Result::isSuccess).containsExactly(true, true, false);
        assertThat(values(error)).containsExactly(2, 4, null);
        TaskFailedException task = (TaskFailedException) error.outcomes().get(2).error();
        assertThat(task)
                .hasMessage("element 2 of 3 (0) failed on worker 2: java.lang.ArithmeticException: / by zero")
                .isSameAs(error.getCause());
        assertThat(task.index()).isEqualTo(2);
        assertThat(task.workerId()).isEqualTo(2);
        assertThat(task.remoteClass()).isEqualTo("java.lang.ArithmeticException");
        assertThat(task.getCause()).hasToString("java.lang.ArithmeticException: / by zero");
        assertThat(task.getCause().getStackTrace()[0].getClassName()).isEqualTo(FailuresTest.class.getName());
    }

    @Test
    default void lapply_causes_travelToo() {
        Job<List<Object>> job = pool().lapply(List.of("a"), s -> {
            throw new IllegalStateException("outer", new IllegalArgumentException("inner"));
        });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.getCause().getCause()).hasToString("java.lang.IllegalStateException: outer");
        assertThat(error.getCause().getCause().getCause()).hasToString("java.lang.IllegalArgumentException: inner");
    }

    @Test
    default void lapply_allThrow_allAreTold() {
        Job<List<Object>> job = pool().lapply(IntStream.range(0, 100).boxed().toList(), i -> {
            throw new Exception("no " + i);
        });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error)
                .hasMessage("100 of 100 elements failed; first: element 0 (0) on worker " + worker(error, 0)
                        + ": java.lang.Exception: no 0");
        assertThat(error.outcomes())
                .hasSize(100)
                .allSatisfy(outcome ->
                        assertThat(outcome.error()).hasMessageEndingWith("java.lang.Exception: no " + outcome.index()));
    }

    @Test
    default void lapply_failFast_cancelsTheRest() {
        Job<List<Integer>> job = pool().with(
                        JobOptions.failFast(true).chunkSize(1).maxConcurrency(1))
                .lapply(List.of(1, 0, 3, 4), i -> 10 / i);

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error)
                .hasMessage("1 of 4 elements failed; first: element 1 (0) on worker " + worker(error, 1)
                        + ": java.lang.ArithmeticException: / by zero");
        assertThat(error.outcomes().get(0).value()).isEqualTo(10);
        assertThat(error.outcomes().get(3).error())
                .isInstanceOf(CancellationException.class)
                .hasMessage("not run: the job had failed before (failFast)");
        assertServes();
    }

    @Test
    default void lapply_longElement_isShownShortInOneLine() {
        Job<List<Integer>> job =
                pool().lapply(List.of("line 1\nline 2 " + "x".repeat(100)), s -> Integer.parseInt(s.substring(0, 4)));

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error)
                .hasMessage("1 of 1 elements failed; first: element 0 ('line 1\\nline 2 " + "x".repeat(45)
                        + "…) on worker " + worker(error, 0)
                        + ": java.lang.NumberFormatException: For input string: \"line\"");
    }

    @Test
    default void lapply_errors_areOutcomesToo() {
        Job<List<Object>> job = pool().lapply(List.of(0, 1, 2, 3), i -> switch (i) {
            case 0 -> throw new AssertionError("not so");
            case 1 -> overflow(0);
            case 2 -> throw new NoClassDefFoundError("demo/Missing");
            default -> i;
        });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.outcomes().get(0).error()).hasMessageEndingWith(": java.lang.AssertionError: not so");
        assertThat(error.outcomes().get(1).error()).hasMessageEndingWith(": java.lang.StackOverflowError");
        assertThat(error.outcomes().get(2).error())
                .hasMessageEndingWith(": java.lang.NoClassDefFoundError: demo/Missing");
        assertThat(error.outcomes().get(3).value()).isEqualTo(3);
        assertServes();
    }

    private static int overflow(int depth) {
        return depth < 0 ? 0 : overflow(depth + 1) + 1;
    }

    @Test
    default void lapply_oddMessages_doNoHarm() {
        Job<List<Object>> job = pool().lapply(List.of(0, 1, 2), i -> {
            throw i == 0
                    ? new IllegalStateException("two\nlines")
                    : i == 1 ? new Rude() : new IllegalStateException("\ud800 " + "x".repeat(1_000_000));
        });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.outcomes().get(0).error())
                .hasMessage("element 0 of 3 (0) failed on worker " + worker(error, 0)
                        + ": java.lang.IllegalStateException: two\\nlines")
                .cause()
                .hasMessage("two\nlines");
        assertThat(error.outcomes().get(1).error())
                .hasMessage("element 1 of 3 (1) failed on worker " + worker(error, 1) + ": " + Rude.class.getName()
                        + ": (its message could not be had: java.lang.IllegalStateException)");
        assertThat(error.outcomes().get(2).error().getMessage())
                .startsWith("element 2 of 3 (2) failed on worker " + worker(error, 2)
                        + ": java.lang.IllegalStateException: ")
                .hasSizeLessThan(20_000)
                .endsWith("x…");
        assertServes();
    }

    @Test
    default void lapply_resultThatCannotTravel_failsThatElementOnly() {
        Job<List<Object>> job = pool().lapply(List.of(0, 1, 2, 3), i -> i == 1 ? new Sealed() : i);

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(values(error)).containsExactly(0, null, 2, 3);
        assertThat(error.outcomes().get(1).error())
                .isInstanceOf(NotPortableException.class)
                .message()
                .matches("\\Qelement 1 of 4 (1) failed on worker \\E[12]\\Q: its result: a " + Sealed.class.getName()
                        + " cannot travel; make it a record\\E");
        assertServes();
    }

    @Test
    default void lapply_resultTooLarge_failsThatElementOnly() {
        Job<List<byte[]>> job = pool().with(JobOptions.chunkSize(3))
                .lapply(List.of(100_000, 26_000_000, 200_000), size -> new byte[size]);

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(((byte[]) error.outcomes().get(0).value())).hasSize(100_000);
        assertThat(error.outcomes().get(1).error())
                .isInstanceOf(PayloadTooLargeException.class)
                .message()
                .matches(
                        "\\Qelement 1 of 3 (26000000) failed on worker \\E[12]\\Q: its result must take at most 25165824"
                                + " bytes on the wire; return less or raise clusterpool.blob.max-size\\E");
        assertThat(((byte[]) error.outcomes().get(2).value())).hasSize(200_000);
    }

    @Test
    default void call_oneWorkerThrows_keepsTheOthersAnswer() {
        Job<List<Integer>> job = pool().call(() -> 1 / (TaskContext.current().workerId() - 1));

        BroadcastFailedException error = failure(BroadcastFailedException.class, job);

        assertThat(error)
                .hasMessage("call failed on 1 of 2 workers; first: worker 1 failed: java.lang.ArithmeticException:"
                        + " / by zero");
        assertThat(values(error)).containsExactly(null, 1);
    }

    @Test
    default void evalq_failsEverywhere_changesNothing() {
        pool().export("x", 1);
        Job<List<Object>> job = pool().evalq("x = 2; y = missing + 1");

        BroadcastFailedException error = failure(BroadcastFailedException.class, job);

        assertThat(error)
                .hasMessage(
                        "evalq failed on 2 of 2 workers; first: worker 1 failed:"
                                + " io.github.clusterpool.code.UnsetVariableException: variable 'missing' is not set on this worker;"
                                + " export it first, or give a default: missing ?? 0 (line 1, column 12): x = 2; y = missing + 1");
        assertThat(value(pool().evalq("x"))).containsExactly(1, 1);
        assertThat(value(pool().call(() -> List.copyOf(Env.names())))).containsOnly(List.of("x"));
    }

    @Test
    default void evalq_failsOnOneWorker_thatOneIsReplacedAndTakesOverTheState() {
        Gate failed = Gate.in(folder());
        Job<List<Boolean>> job = pool().evalq(() -> {
            if (TaskContext.current().workerId() == 2 && !failed.isOpen()) {
                failed.open();
                throw new IllegalStateException("not here");
            }
            Env.put("done", true);
            return true;
        });

        BroadcastFailedException error = failure(BroadcastFailedException.class, job);

        assertThat(error)
                .hasMessage("evalq failed on 1 of 2 workers; first: worker 2 failed:"
                        + " java.lang.IllegalStateException: not here");
        assertThat(value(pool().call(() -> Env.<Boolean>get("done")))).containsExactly(true, true);
    }

    @Test
    default void variable_notSet_isNamedWithThoseThatAre() {
        pool().export(Map.of("b", 1, "a", 2));
        Job<List<Object>> function = pool().lapply(List.of(1), i -> Env.get("x"));
        Job<List<Object>> script = pool().lapply(List.of(1), Script.fn("i -> i + x"));

        assertThat(failure(JobFailedException.class, function))
                .hasMessageEndingWith(
                        ": java.lang.IllegalStateException: variable 'x' is not set on this worker; set are a, b;"
                                + " export it first");
        assertThat(failure(JobFailedException.class, script))
                .hasMessageEndingWith(
                        ": io.github.clusterpool.code.UnsetVariableException: variable 'x' is not set on this worker;"
                                + " export it first, or give a default: x ?? 0 (line 1, column 10): i -> i + x");
    }

    @Test
    default void stage_failedJob_arrivesAsTheJdkDoesIt() {
        Job<List<Integer>> job = pool().lapply(List.of(0), i -> 1 / i);

        Throwable seen = job.handle((value, error) -> error)
                .thenApply(error -> error)
                .toCompletableFuture()
                .join();
        Throwable derived = job.thenApply(List::size)
                .handle((value, error) -> error)
                .toCompletableFuture()
                .join();

        assertThat(seen).isInstanceOf(JobFailedException.class);
        assertThat(derived).isInstanceOf(CompletionException.class).hasCauseInstanceOf(JobFailedException.class);
    }
}
