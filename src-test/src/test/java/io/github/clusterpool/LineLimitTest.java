package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineLimitTest {
    private static final long SECOND = 1_000_000_000;
    private final LineLimit limit = new LineLimit(0);

    private long admitted(int lines, long nanos) {
        return IntStream.range(0, lines).filter(line -> limit.admits(nanos)).count();
    }

    @Test
    void admits_burst_isCutAtAThousand() {
        assertThat(admitted(5_000, 0)).isEqualTo(1_000);
        assertThat(limit.takeHeldBack()).isEqualTo(4_000);
        assertThat(limit.takeHeldBack()).isZero();
    }

    @Test
    void admits_flood_letsAHundredPassInEachSecond() {
        admitted(5_000, 0);

        assertThat(admitted(10, SECOND / 2)).isZero();
        assertThat(admitted(5_000, SECOND + 1)).isEqualTo(100);
        assertThat(admitted(5_000, 2 * SECOND + 2)).isEqualTo(100);
    }

    @Test
    void admits_afterSilence_isAsAtTheStart() {
        admitted(5_000, 0);

        assertThat(admitted(5_000, 60 * SECOND)).isEqualTo(1_000);
    }
}
