package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpinningTest {
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(10);

    private final AtomicLong now = new AtomicLong();
    private final Spinning spinning = new Spinning(now::get);
    private final AtomicInteger looks = new AtomicInteger();

    @BeforeEach
    void hasProcessors() {
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    }

    private int looksUntil(int end) {
        looks.set(0);
        spinning.await(() -> {
            now.addAndGet(LOOK_NANOS);
            return looks.incrementAndGet() >= end;
        });
        return looks.get();
    }

    @Test
    void await_nothingKnownOrTheLastOneTookLong_looksNotAtAll() {
        assertThat(looksUntil(1)).isZero();

        spinning.learn(TimeUnit.MILLISECONDS.toNanos(50));

        assertThat(looksUntil(1)).isZero();
    }

    @Test
    void await_theLastOneWasSwift_looksUntilTheEndComes() {
        spinning.learn(1);

        assertThat(looksUntil(3)).isEqualTo(3);
    }

    @Test
    void await_theEndDoesNotCome_returnsInTime() {
        spinning.learn(1);

        assertThat(looksUntil(Integer.MAX_VALUE)).isEqualTo(20); // 200 µs
    }

    /** As long as one does, the others leave their processors to those who work. */
    @Test
    void await_asManyAsHalfTheProcessorsSpin_looksNotAtAll() {
        spinning.learn(1);
        AtomicInteger deepest = new AtomicInteger();
        nest(0, deepest);

        assertThat(deepest).hasValue(Runtime.getRuntime().availableProcessors() / 2);
        assertThat(looksUntil(2)).isEqualTo(2);
    }

    @Test
    void leavesRoomFor_asManyWorkersAsTheOtherHalfOfTheProcessors() {
        int half = Runtime.getRuntime().availableProcessors() / 2;

        assertThat(Spinning.leavesRoomFor(half)).isTrue();
        assertThat(Spinning.leavesRoomFor(half + 1)).isFalse();
    }

    private void nest(int depth, AtomicInteger deepest) {
        deepest.set(Math.max(depth, deepest.get()));
        spinning.await(() -> {
            nest(depth + 1, deepest);
            return true;
        });
    }
}
