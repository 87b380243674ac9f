package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivesTest {
    private static final Death KILLED = new Death("was killed");

    private final Roster roster = new Roster();
    private final Alarms alarms = new Alarms();
    private final List<Effect> effects = new ArrayList<>();
    private final Lives lives = new Lives(
            new PoolSettings(1, 1, 1, 1, 6, 2, 100, 350, 1, 1, 1, 1, 1, 2, Staffing.FIXED), roster, alarms, effects);
    private final WorkerSlot slot = roster.add();

    private List<Effect.Start> starts() {
        return effects.stream()
                .filter(Effect.Start.class::isInstance)
                .map(Effect.Start.class::cast)
                .toList();
    }

    @Test
    void lost_once_startsAtOnceAsAnotherIncarnation() {
        lives.start(slot);

        assertThat(lives.lost(slot, KILLED)).isTrue();

        assertThat(starts()).extracting(start -> start.ref().worker()).containsExactly(1, 1);
        assertThat(starts()).doesNotHaveDuplicates();
        assertThat(slot.restarts).isEqualTo(1);
    }

    @Test
    void lost_inARow_waitsTwiceAsLongEachTimeUpToTheBound() {
        slot.everReady = true;
        List<Long> pauses = new ArrayList<>();

        for (long now = 0; lives.lost(slot, KILLED); now += 10_000) {
            pauses.add(alarms.next() == Long.MAX_VALUE ? 0 : alarms.next() - now);
            alarms.setTime(now + 10_000);
            alarms.ring();
        }

        assertThat(pauses).containsExactly(0L, 100L, 200L, 350L, 350L);
        assertThat(slot.phase).isEqualTo(WorkerSlot.Phase.FAILED);
        assertThat(effects).last().isEqualTo(new Effect.Note("worker 1 was killed; given up after 6 times in a row"));
    }

    @Test
    void lost_neverServed_isGivenUpSooner() {
        assertThat(lives.lost(slot, KILLED)).isTrue();
        assertThat(lives.lost(slot, KILLED)).isFalse();
    }

    @Test
    void lost_replacedWhileItRests_isNotStarted() {
        slot.everReady = true;
        lives.lost(slot, KILLED);
        lives.lost(slot, KILLED);
        int before = starts().size();

        roster.cut(0);
        alarms.setTime(1_000);
        alarms.ring();

        assertThat(starts()).hasSize(before);
    }

    @Test
    void revive_givenUp_startsAfresh() {
        lives.lost(slot, KILLED);
        lives.lost(slot, KILLED);

        lives.revive(slot);

        assertThat(slot.phase).isEqualTo(WorkerSlot.Phase.STARTING);
        assertThat(slot.failures).isZero();
        assertThat(lives.lost(slot, KILLED)).isTrue();
    }
}
