package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What R has no case for; its own are in the parity tests. */
class RandomStreamTest {
    @Test
    void stream_farAhead_isWhatSingleStepsGive() {
        RandomStream stepped = RandomStream.seeded(123);
        for (int i = 0; i < 1_000; i++) {
            stepped = stepped.stream(1);
        }

        assertThat(RandomStream.seeded(123).stream(1_000).words()).isEqualTo(stepped.words());
    }

    @Test
    void stream_none_hasTheSameNumbersAndIsNotTheSame() {
        RandomStream stream = RandomStream.seeded(1);
        RandomStream copy = stream.stream(0);

        double first = stream.nextDouble();

        assertThat(copy.nextDouble()).isEqualTo(first);
    }

    @Test
    void stream_everyDistance_takesNextToNoTime() {
        RandomStream stream = RandomStream.seeded(1);
        long begin = System.nanoTime();

        for (int i = 0; i < 10_000; i++) {
            stream.stream(-1 - i); // as an unsigned number the farthest there is
        }

        // a step at a time would take minutes for one
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Patience.some());
    }

    @Test
    void seeded_moreThanAnInt_areDifferentStreams() {
        Set<String> words = new HashSet<>();
        for (long seed : new long[] {1, -1, 1L << 32, 1L << 33, (1L << 32) + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            words.add(IntStream.of(RandomStream.seeded(seed).words()).boxed().toList() + "");
        }

        assertThat(words).hasSize(7);
    }

    @Test
    void of_wordsOfAStreamUnderWay_goesOnThere() {
        RandomStream stream = RandomStream.seeded(7);
        stream.nextDouble();

        RandomStream other = RandomStream.of(stream.words());

        assertThat(other.nextDouble()).isEqualTo(stream.nextDouble());
    }

    @Test
    void of_badWords_areRefused() {
        assertRefused(1, 2, 3);
        assertRefused(0, 0, 0, 1, 1, 1);
        assertRefused(1, 1, 1, 0, 0, 0);
        assertRefused(-209, 1, 1, 1, 1, 1); // M1 itself
        assertRefused(1, 1, 1, 1, 1, -22853); // M2 itself
        assertThat(RandomStream.of(-210, 1, 1, 1, 1, -22854).words()).hasSize(6);
    }

    private static void assertRefused(int... words) {
        assertThatThrownBy(() -> RandomStream.of(words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("words must be six, neither the first nor the last three all 0, the first three"
                        + " below 4294967087 and the last three below 4294944443 as unsigned numbers, got ["
                        + words[0]);
    }

    @Test
    void numbers_manyOfEachKind_areSpreadEvenly() {
        RandomStream random = RandomStream.seeded(5);
        int n = 100_000;
        int[] bits = new int[Long.SIZE];
        double sum = 0;
        double gaussian = 0;
        for (int i = 0; i < n; i++) {
            long number = random.nextLong();
            for (int bit = 0; bit < Long.SIZE; bit++) {
                bits[bit] += (int) (number >>> bit & 1);
            }
            sum += random.nextDouble();
            gaussian += random.nextGaussian();
        }

        // five standard deviations
        assertThat(IntStream.of(bits)).allSatisfy(set -> assertThat(set).isBetween(n / 2 - 800, n / 2 + 800));
        assertThat(sum / n).isBetween(0.495, 0.505);
        assertThat(gaussian / n).isBetween(-0.016, 0.016);
    }
}
