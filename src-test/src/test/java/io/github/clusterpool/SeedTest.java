package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random numbers, on workers of every placement. */
interface SeedTest extends PoolCase {
    List<Integer> MANY = IntStream.range(0, 200).boxed().toList();

    private List<Double> drawn(JobOptions options) {
        return value(pool().with(options)
                .lapply(MANY, i -> TaskContext.current().random().nextDouble()));
    }

    @Test
    default void seed_anyWorkersAndChunks_givesEachElementItsStream() {
        List<Double> expected = MANY.stream()
                .map(i -> RandomStream.seeded(42).stream(i).nextDouble())
                .toList();

        assertThat(drawn(JobOptions.seed(42))).isEqualTo(expected);
        assertThat(drawn(JobOptions.seed(42).chunkSize(1).scheduling(Scheduling.DYNAMIC)))
                .isEqualTo(expected);
        value(pool().resize(SIZE + 1));
        assertThat(drawn(JobOptions.seed(42).chunkSize(7))).isEqualTo(expected);
    }

    @Test
    default void seed_taskTriedAgain_hasTheSameNumbers() {
        JobOptions options = JobOptions.seed(1).retryOn(IllegalStateException.class);

        List<Double> results = value(pool().with(options).lapply(List.of(1, 2), i -> {
            double number = TaskContext.current().random().nextDouble();
            if (TaskContext.current().attempt() == 1) {
                throw new IllegalStateException("once more");
            }
            return number;
        }));

        assertThat(results)
                .containsExactly(
                        RandomStream.seeded(1).nextDouble(),
                        RandomStream.seeded(1).stream(1).nextDouble());
    }

    @Test
    default void seed_partsOfAStream_goOnWithTheElementsIndex() {
        List<Double> numbers = pool().with(JobOptions.seed(3).chunkSize(2)).stream(
                        MANY, i -> TaskContext.current().random().nextDouble())
                .map(Result::value)
                .toList();

        assertThat(numbers).isEqualTo(drawn(JobOptions.seed(3)));
    }

    @Test
    default void random_askedTwiceInATask_goesOn() {
        List<Double> two = value(pool().with(JobOptions.seed(9))
                        .lapply(
                                List.of(0),
                                i -> List.of(
                                        TaskContext.current().random().nextDouble(),
                                        TaskContext.current().random().nextDouble())))
                .get(0);

        RandomStream stream = RandomStream.seeded(9);
        assertThat(two).containsExactly(stream.nextDouble(), stream.nextDouble());
    }

    @Test
    default void random_noSeed_neverGivesTheSameTwice() {
        List<Double> first = drawn(JobOptions.defaults());
        List<Double> second = drawn(JobOptions.defaults());
        List<Double> third =
                value(pool().evalq(() -> TaskContext.current().random().nextDouble()));

        assertThat(first).doesNotHaveDuplicates().doesNotContainAnyElementsOf(second);
        assertThat(third).doesNotHaveDuplicates();
    }
}
