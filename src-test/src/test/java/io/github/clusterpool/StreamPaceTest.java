package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamPaceTest {
    private static final long MANY_BYTES = 1_000_000_000;

    private final StreamPace pace = new StreamPace();

    @Test
    void elements_nothingKnown_isOne() {
        assertThat(pace.elements(MANY_BYTES)).isEqualTo(1);
        assertThat(pace.resultBytes(5)).isZero();
    }

    @Test
    void elements_cheap_growsEightfoldUpToThePartsTime() {
        pace.learn(1, 1_000, 0);
        int first = pace.elements(MANY_BYTES);
        for (int i = 0; i < 20; i++) {
            int count = pace.elements(MANY_BYTES);
            pace.learn(count, count * 1_000L, 0);
        }

        assertThat(first).isEqualTo(8);
        assertThat(pace.elements(MANY_BYTES)).isEqualTo(4_000); // 4 ms of 1 µs
    }

    @Test
    void elements_becomeDear_shrinksAtOnce() {
        for (int count = 1; count <= 4_096; count *= 8) {
            pace.learn(count, count, 0);
        }

        pace.learn(1_000, 10_000_000_000L, 0);

        assertThat(pace.elements(MANY_BYTES)).isEqualTo(1);
    }

    @Test
    void elements_largeResults_fitIntoTheBytes() {
        for (int i = 0; i < 10; i++) {
            pace.learn(100, 100, 100_000);
        }

        assertThat(pace.elements(50_000)).isEqualTo(50);
        assertThat(pace.elements(10)).isEqualTo(1);
        assertThat(pace.resultBytes(3)).isEqualTo(3_000);
    }

    @Test
    void bounds_byDefault_areTheWindow() {
        StreamBounds bounds = StreamBounds.of(PoolConfig.loaded(), JobOptions.defaults(), 2);

        assertThat(bounds).isEqualTo(new StreamBounds(131_072, 4 << 20, 8, 2, 32_768, 1 << 19));
    }

    @Test
    void bounds_smallQueue_leaveHalfOfItToOthers() {
        PoolConfig config = LivePool.config("queue.max-tasks = 10, queue.max-bytes = 1000");

        StreamBounds bounds = StreamBounds.of(config, JobOptions.defaults(), 2);

        assertThat(bounds.elements()).isEqualTo(5);
        assertThat(bounds.bytes()).isEqualTo(500);
    }

    @Test
    void bounds_options_areKept() {
        StreamBounds bounds =
                StreamBounds.of(PoolConfig.loaded(), JobOptions.chunkSize(7).maxConcurrency(3), 2);

        assertThat(bounds.parts()).isEqualTo(3);
        assertThat(bounds.partElements()).isEqualTo(7);
    }
}
