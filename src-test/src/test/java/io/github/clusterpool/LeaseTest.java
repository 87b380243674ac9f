package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTest {
    /** Clocks begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -100, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    void isOver_clockOfAnyOrigin_isSoLongAfterTheBeat(long origin) {
        Lease lease = new Lease(10, origin);

        assertThat(lease.isOver(origin + 9)).isFalse();
        assertThat(lease.isOver(origin + 10)).isTrue();
        lease.renew(origin + 5);
        assertThat(lease.isOver(origin + 14)).isFalse();
        assertThat(lease.isOver(origin + 15)).isTrue();
    }

    @Test
    void renew_overtaken_takesNothingBack() {
        Lease lease = new Lease(10, 0);

        lease.renew(8);
        lease.renew(3);

        assertThat(lease.isOver(17)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -100, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    void isOver_forEver_never(long origin) {
        Lease lease = new Lease(Long.MAX_VALUE, origin);

        assertThat(lease.isOver(origin)).isFalse();
        assertThat(lease.isOver(origin + Long.MAX_VALUE / 2)).isFalse();
    }
}
