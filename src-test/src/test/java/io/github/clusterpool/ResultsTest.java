package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Halt;
import io.github.clusterpool.state.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResultsTest {
    private static final Codec CODEC = new Codec(PoolConfig.inProcess(1), ResultsTest.class.getClassLoader());
    private static final List<Object> ELEMENTS = List.of(4, 2, 0);

    private final Results<Object> results = new Results<>(CODEC, "default", "lapply", 3, ELEMENTS::get);
    private final Results<Object> broadcast = new Results<>(CODEC, "default", "evalq", 0, null);

    private static JobEvent.Outcomes outcomes(int worker, int first, Object... values) {
        OutcomeWriter writer = new OutcomeWriter(CODEC, 1_000_000, 1_000_000);
        for (Object value : values) {
            writer.add(value);
        }
        return new JobEvent.Outcomes(1, worker, first, values.length, writer.failed(), writer.take(), 0);
    }

    private static JobEvent.Ended ended(int size, Ending ending) {
        return new JobEvent.Ended(1, size, ending, PoolStatus.none("default"));
    }

    private static JobEvent.Ended completed(int size) {
        return ended(size, new Ending.Completed());
    }

    private JobFailedException failure(Results<Object> failed, JobEvent... events) {
        for (JobEvent event : events) {
            failed.add(event);
        }
        return catchThrowableOfType(JobFailedException.class, failed::get);
    }

    @Test
    void get_piecesInAnyOrder_areInOrder() {
        assertThat(results.add(outcomes(2, 2, "c"))).isFalse();
        results.add(outcomes(1, 0, "a", "b"));
        assertThat(results.progress())
                .isEqualTo(new Progress(3, 0, 0, 3, results.progress().elapsed()));

        assertThat(results.add(completed(3))).isTrue();

        assertThat(results.get()).containsExactly("a", "b", "c");
    }

    @Test
    void get_outcomesWithoutBytes_areNull() {
        broadcast.add(new JobEvent.Outcomes(1, 1, 0, 2, 0, new byte[0], 0));
        broadcast.add(completed(2));

        assertThat(broadcast.get()).containsExactly(null, null);
        assertThat(broadcast.progress())
                .isEqualTo(new Progress(2, 0, 0, 2, broadcast.progress().elapsed()));
    }

    @Test
    void get_beforeTheEnd_isRefused() {
        assertThatThrownBy(results::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the job must have ended, got Progress[done=0, failed=0, running=0, total=3, elapsed=PT0S]");
    }

    @Test
    void get_oneThrew_namesItAndKeepsTheRest() {
        Failure divided = Failure.thrown(new ArithmeticException("/ by zero"));

        JobFailedException error = failure(results, outcomes(3, 0, 2, 4, divided), completed(3));

        assertThat(error)
                .hasMessage("1 of 3 elements failed; first: element 2 (0) on worker 3: java.lang.ArithmeticException: /"
                        + " by zero");
        assertThat(error.outcomes())
                .extracting(result -> (Object) result.value())
                .containsExactly(2, 4, null);
        assertThat(error.getCause())
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("element 2 of 3 (0) failed on worker 3: java.lang.ArithmeticException: / by zero");
    }

    @Test
    void get_failFast_saysWhatDidNotRun() {
        JobFailedException error =
                failure(results, outcomes(1, 1, Failure.thrown(new IllegalStateException())), completed(3));

        assertThat(error)
                .hasMessage("1 of 3 elements failed; first: element 1 (2) on worker 1:"
                        + " java.lang.IllegalStateException");
        assertThat(error.outcomes().get(0).error())
                .isInstanceOf(CancellationException.class)
                .hasMessage("not run: the job had failed before (failFast)");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        Failure.of(Failure.Kind.NOT_PORTABLE, new IllegalStateException("its result: no")),
                        NotPortableException.class,
                        "element 0 of 3 (4) failed on worker 5: its result: no"),
                Arguments.of(
                        Failure.of(Failure.Kind.TOO_LARGE, new IllegalStateException(Messages.resultTooLarge(1024))),
                        PayloadTooLargeException.class,
                        "element 0 of 3 (4) failed on worker 5: its result must take at most 1024 bytes on the wire;"
                                + " return less or raise clusterpool.blob.max-size"),
                Arguments.of(
                        Failure.of(Failure.Kind.CLASS_MISSING, new IllegalStateException("class demo.A is missing")),
                        ClassMissingException.class,
                        "element 0 of 3 (4) failed on worker 5: class demo.A is missing"),
                Arguments.of(
                        Failure.timedOut("took longer than taskTimeout (PT1S)", new StackTraceElement[0]),
                        TaskTimeoutException.class,
                        "element 0 of 3 (4) failed on worker 5: took longer than taskTimeout (PT1S)",
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void get_failureOfAKind_isItsException(Failure failure, Class<?> type, String message) {
        JobFailedException error = failure(results, outcomes(5, 0, failure, 1, 1), completed(3));

        assertThat(error.getCause()).isInstanceOf(type).hasMessage(message);
        assertThat(error).hasMessage("1 of 3 elements failed; first: " + message);
    }

    static Stream<Arguments> losses() {
        return Stream.of(
                Arguments.of(
                        new Loss(Loss.Kind.WORKER_LOST, 2, 1, "was killed by signal 9", List.of()),
                        WorkerLostException.class,
                        "element 1 of 3 (2) was lost with worker 2, which was killed by signal 9; it may have run"
                                + " (attempt 1 of 1)"),
                Arguments.of(
                        new Loss(Loss.Kind.POISON, 2, 4, "", List.of(new Death("was killed"), new Death("crashed"))),
                        PoisonTaskException.class,
                        "element 1 of 3 (2) ended 2 workers one after another: the first was killed, the next crashed; it is"
                                + " not tried again"),
                Arguments.of(
                        new Loss(Loss.Kind.NO_WORKER, 2, 0, "left the pool", List.of()),
                        WorkerLostException.class,
                        "worker 2 is not there: it left the pool"),
                Arguments.of(
                        new Loss(Loss.Kind.TASK_TIMEOUT, 2, 1, "took longer than taskTimeout (PT1S)", List.of()),
                        TaskTimeoutException.class,
                        "element 1 of 3 (2) failed on worker 2: took longer than taskTimeout (PT1S)",
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void get_lossOfAKind_isItsException(Loss loss, Class<?> type, String message) {
        JobFailedException error =
                failure(results, outcomes(1, 0, 1), new JobEvent.Failed(1, 1, 2, loss), completed(3));

        assertThat(error.getCause()).isInstanceOf(type).hasMessage(message);
        assertThat(error).hasMessage("2 of 3 elements failed; first: " + message);
        assertThat(results.progress())
                .isEqualTo(new Progress(3, 2, 0, 3, results.progress().elapsed()));
    }

    @Test
    void get_broadcastFailedOnSome_listsEachWorker() {
        Failure failure = Failure.thrown(new ArithmeticException("/ by zero"));

        JobFailedException error = failure(broadcast, outcomes(1, 0, 84), outcomes(2, 1, failure), completed(2));

        assertThat(error)
                .isInstanceOf(BroadcastFailedException.class)
                .hasMessage(
                        "evalq failed on 1 of 2 workers; first: worker 2 failed: java.lang.ArithmeticException: / by"
                                + " zero");
        assertThat(error.outcomes()).extracting(Result::isSuccess).containsExactly(true, false);
    }

    @Test
    void get_broadcastWithoutAWorker_saysWhy() {
        Loss loss = new Loss(Loss.Kind.NO_WORKER, 1, 1, "was killed", List.of());

        JobFailedException error = failure(broadcast, new JobEvent.Failed(1, 0, 1, loss), completed(1));

        assertThat(error).hasMessage("evalq failed on 1 of 1 workers; first: worker 1 is not there: it was killed");
    }

    @Test
    void get_damagedOutcomes_failTheirTasksOnly() {
        JobEvent.Outcomes whole = outcomes(1, 0, "a", "b");
        byte[] cut = Arrays.copyOf(whole.bytes(), whole.bytes().length - 1);

        JobFailedException error =
                failure(results, new JobEvent.Outcomes(1, 1, 0, 2, 0, cut, 0), outcomes(1, 2, "c"), completed(3));

        assertThat(error.outcomes()).extracting(Result::isSuccess).containsExactly(false, false, true);
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(
                        new Ending.Cancelled(Halt.NONE),
                        CancellationException.class,
                        "the job on pool 'default' was cancelled"),
                Arguments.of(
                        new Ending.TimedOut(2_000_000_000, new Halt(1, 2, 1)),
                        TaskTimeoutException.class,
                        "the job took longer than its timeout (PT2S): 1 of 3 elements done; 1 chunk stopped when told, 2 chunks stopped when interrupted, 1 chunk went on past clusterpool.cancel-grace, so that its worker was replaced"),
                Arguments.of(
                        new Ending.Deleted(),
                        PoolClosedException.class,
                        "pool 'default' was deleted when 1 of 3 elements were done; call init(size) and run the job"
                                + " again"),
                Arguments.of(
                        new Ending.Missing(),
                        PoolMissingException.class,
                        "pool 'default' does not exist; call init(size) to create it"),
                Arguments.of(
                        new Ending.StartFailed("was killed"),
                        PoolStartException.class,
                        "pool 'default' has no worker that starts: the last one was killed"),
                Arguments.of(
                        new Ending.Overloaded("tasks", 5, 4, "clusterpool.queue.max-tasks"),
                        PoolOverloadedException.class,
                        "pool 'default' must hold at most 4 tasks, got 5; wait for jobs to end, or raise"
                                + " clusterpool.queue.max-tasks"),
                Arguments.of(
                        new Ending.Overloaded("journal entries", 5, 4, "clusterpool.journal.max-entries"),
                        PoolOverloadedException.class,
                        "pool 'default' must hold at most 4 journal entries, got 5; wait for jobs to end, call init to"
                                + " clear the journal, or raise clusterpool.journal.max-entries"));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void get_otherEnding_isItsException(Ending ending, Class<?> type, String message) {
        results.add(outcomes(1, 0, "a"));
        results.add(ended(3, ending));

        ThrowingCallable get = results::get;

        assertThatThrownBy(get).isInstanceOf(type).hasMessage(message);
    }
}
