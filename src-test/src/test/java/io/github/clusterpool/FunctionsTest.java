package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What functions may be, what they may bring along, and what they can learn where they run. */
interface FunctionsTest extends PoolCase {
    record Point(int x, List<String> tags) {
        int plus(int more) {
            return x + more;
        }
    }

    enum Sign {
        PLUS,
        MINUS
    }

    @Test
    default void lambda_capturesRecordListEnumAndInstant_getsCopies() {
        Point point = new Point(3, List.of("a", "b"));
        List<Integer> mutable = new ArrayList<>(List.of(1, 2));
        Sign sign = Sign.MINUS;
        Instant when = Instant.ofEpochSecond(7);

        Job<List<String>> job =
                pool().lapply(List.of(1), i -> point + " " + mutable + " " + sign + " " + when.plusSeconds(i));
        mutable.clear();

        assertThat(value(job)).containsExactly("Point[x=3, tags=[a, b]] [1, 2] MINUS 1970-01-01T00:00:08Z");
    }

    @Test
    default void lambda_capturesLambdas_callsThem() {
        Fn<Integer, Integer> twice = i -> i * 2;
        Fn<Integer, Integer> twiceAndOne = i -> twice.apply(i) + 1;

        assertThat(value(pool().lapply(List.of(1, 2), i -> twiceAndOne.apply(i) * 10)))
                .containsExactly(30, 50);
    }

    @Test
    default void methodReferences_ofAllKinds_run() {
        Point point = new Point(5, List.of());

        assertThat(value(pool().lapply(List.of("a", "bb"), String::length))).containsExactly(1, 2);
        assertThat(value(pool().lapply(List.of(-1, 2), Math::abs))).containsExactly(1, 2);
        assertThat(value(pool().lapply(List.of(1, 2), point::plus))).containsExactly(6, 7);
        assertThat(value(pool().map(List.of(1, 2), List.of(List.of("t")), Point::new)))
                .containsExactly(new Point(1, List.of("t")), new Point(2, List.of("t")));
    }

    @Test
    default void script_readsArgumentsAndVariables() {
        pool().export(Map.of("x", 10, "names", List.of("a", "b")));

        assertThat(value(pool().lapply(List.of(1, 2), Script.<Integer, Object>fn("i -> i + x"))))
                .containsExactly(11, 12);
        assertThat(value(pool().map(
                                List.of(1, 2),
                                List.of(3),
                                Script.<Integer, Integer, Object>fn2("(a, b) -> a * b + x"))))
                .containsExactly(13, 16);
        assertThat(value(pool().call(Script.fn0("() -> names[1]")))).containsExactly("b", "b");
    }

    @Test
    default void taskContext_tellsIndexAttemptWorkerAndKey() {
        record Seen(int index, int attempt, int worker, String key) {}

        List<Seen> seen = value(pool().lapply(IntStream.range(0, 100).boxed().toList(), i -> {
            TaskContext task = TaskContext.current();
            return new Seen(task.index(), task.attempt(), task.workerId(), task.idempotencyKey());
        }));

        assertThat(seen)
                .extracting(Seen::index)
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
        assertThat(seen).extracting(Seen::attempt).containsOnly(1);
        assertThat(seen).extracting(Seen::worker).isSubsetOf(1, 2);
        assertThat(seen).extracting(Seen::key).doesNotHaveDuplicates();
    }

    @Test
    default void taskContext_keysOfManyJobs_areUnique() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            keys.addAll(value(
                    pool().lapply(List.of(1, 2, 3), x -> TaskContext.current().idempotencyKey())));
        }

        assertThat(new HashSet<>(keys)).hasSize(60);
    }

    @Test
    default void task_changesItsThread_theNextTaskDoesNotNotice() {
        value(pool().with(JobOptions.chunkSize(10))
                .lapply(IntStream.range(0, 10).boxed().toList(), i -> {
                    Thread thread = Thread.currentThread();
                    thread.setContextClassLoader(null);
                    thread.setPriority(Thread.MIN_PRIORITY);
                    return i;
                }));

        assertThat(value(pool().call(() -> Thread.currentThread().getContextClassLoader() != null
                        && Thread.currentThread().getPriority() == Thread.NORM_PRIORITY)))
                .containsExactly(true, true);
    }

    @Test
    default void task_leavesItsThreadInterrupted_theNextTaskOfTheChunkDoesNotNotice() {
        List<Boolean> interrupted = value(pool().with(JobOptions.chunkSize(10))
                .lapply(IntStream.range(0, 10).boxed().toList(), i -> {
                    boolean before = Thread.interrupted();
                    Thread.currentThread().interrupt();
                    return before;
                }));

        assertThat(interrupted).containsOnly(false);
    }

    @Test
    default void value_largerThanAChunk_travels() {
        byte[] large = new byte[200_000];
        large[199_999] = 7;
        Exported<byte[]> exported = pool().export("large", large);

        assertThat(value(pool().lapply(List.of(large, large, large), bytes -> bytes)))
                .hasSize(3)
                .allSatisfy(bytes -> assertThat(bytes).isEqualTo(large));
        assertThat(value(pool().call(() -> exported.get())))
                .allSatisfy(bytes -> assertThat(bytes).isEqualTo(large));
    }

    @Test
    default void largeFunctionWithALargeChunk_bothTravel() {
        byte[] captured = new byte[200_000];
        List<byte[]> xs = IntStream.range(0, 50).mapToObj(i -> new byte[10_000]).toList();

        List<Integer> sizes =
                value(pool().with(JobOptions.chunkSize(25)).lapply(xs, bytes -> bytes.length + captured.length));

        assertThat(sizes).hasSize(50).containsOnly(210_000);
    }
}
