package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GlancesTest {
    private final AtomicLong now = new AtomicLong(1_000_000_000);
    private final AtomicLong tick = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final Glances glances = new Glances(new TaskClock(
            () -> {
                looks.incrementAndGet();
                return now.get();
            },
            tick::get,
            () -> {}));

    private void elements(int count, int nanosEach) {
        for (int i = 0; i < count; i++) {
            now.addAndGet(nanosEach);
            glances.next();
        }
    }

    @Test
    void next_elementsTakeLong_looksAfterEach() {
        elements(100, 1_000);

        assertThat(looks).hasValue(100);
    }

    @Test
    void next_elementsTakeNoTime_looksAfterEveryEighth() {
        elements(802, 100);

        assertThat(looks).hasValue(102);
    }

    @Test
    void next_ticked_looksAtOnce() {
        elements(3, 100);
        looks.set(0);
        tick.incrementAndGet();
        now.addAndGet(10_000_000);

        assertThat(glances.next()).isEqualTo(now.get());
        assertThat(looks).hasValue(1);
    }

    @Test
    void next_someTakeLongAfterSwiftOnes_isNotSwiftAnyMore() {
        elements(10, 100);
        elements(8, 1_000);
        looks.set(0);

        elements(10, 1_000);

        assertThat(looks).hasValue(10);
    }
}
