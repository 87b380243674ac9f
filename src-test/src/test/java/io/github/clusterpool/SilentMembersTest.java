package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SilentMembersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SilentMembers<String> silent = new SilentMembers<>();

    private static long millis(long count) {
        return Duration.ofMillis(count).toNanos();
    }

    @Test
    void overdue_silentForItsTime_isNamed() {
        assertThat(silent.overdue(millis(0), Map.of("a", SECOND))).isEmpty();
        assertThat(silent.overdue(millis(999), Map.of("a", SECOND))).isEmpty();

        assertThat(silent.overdue(millis(1_000), Map.of("a", SECOND))).containsExactly("a");
    }

    @Test
    void overdue_heardOfInBetween_beginsAnew() {
        silent.overdue(millis(0), Map.of("a", SECOND));
        silent.overdue(millis(900), Map.of());
        silent.overdue(millis(950), Map.of("a", SECOND));

        assertThat(silent.overdue(millis(1_900), Map.of("a", SECOND))).isEmpty();
        assertThat(silent.overdue(millis(1_950), Map.of("a", SECOND))).containsExactly("a");
    }

    @Test
    void overdue_severalTimes_eachHasItsOwn() {
        Map<String, Duration> both = Map.of("node", SECOND, "driver", SECOND.multipliedBy(2));
        silent.overdue(millis(0), both);

        assertThat(silent.overdue(millis(1_500), both)).containsExactly("node");
        assertThat(silent.overdue(millis(2_000), both)).containsExactlyInAnyOrder("node", "driver");
    }
}
