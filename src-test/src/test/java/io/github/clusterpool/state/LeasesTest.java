package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pool of two workers with a lease: suspect after 4 s, lost after 15 s; the second one is never silent. */
class LeasesTest {
    private static final long SECOND = 1_000_000_000;
    private static final PoolSettings SETTINGS = new PoolSettings(
            4,
            SECOND,
            1_000,
            SECOND,
            3,
            2,
            100,
            150,
            100,
            1_000,
            1_000,
            10_000,
            4 * SECOND,
            15 * SECOND,
            Staffing.FIXED);

    private final PoolState state = new PoolState(SETTINGS);
    private final List<Effect> effects = new ArrayList<>();
    private WorkerRef silent;
    private WorkerRef other;
    private long now;
    private long wakeAt = Long.MAX_VALUE;

    private void tell(Event event) {
        effects.clear();
        effects.addAll(state.apply(event, now));
        effects.stream()
                .filter(Effect.WakeAt.class::isInstance)
                .map(Effect.WakeAt.class::cast)
                .forEach(wake -> wakeAt = wake.nanos());
    }

    @BeforeEach
    void init() {
        tell(new Event.Init(1, 2, false));
        List<WorkerRef> refs = effects.stream()
                .filter(Effect.Start.class::isInstance)
                .map(effect -> ((Effect.Start) effect).ref())
                .toList();
        silent = refs.get(0);
        other = refs.get(1);
        tell(new Event.Up(silent, "here", 812));
        tell(new Event.Up(other, "here", 813));
    }

    private void beat(WorkerRef ref) {
        tell(new Event.Beat(ref, now, true));
    }

    /** Time passes, alarms ring when they are due, and the other worker beats each second. */
    private List<Effect> pass(int seconds) {
        List<Effect> all = new ArrayList<>();
        for (long end = now + seconds * SECOND; now < end; ) {
            now = Math.min(end, Math.max(now, Math.min(wakeAt, now + SECOND)));
            beat(other);
            if (now >= wakeAt) {
                wakeAt = Long.MAX_VALUE;
                tell(new Event.Tick());
                all.addAll(effects);
            }
        }
        return all;
    }

    private List<String> phases() {
        return state.snapshot().workers().stream()
                .map(Snapshot.WorkerView::phase)
                .toList();
    }

    private List<Integer> dealtTo() {
        tell(new Event.Submit(9, new Extent(new int[] {1, 2, 3, 4}, 0, Integer.MAX_VALUE), PoolPromises.NO_RULES));
        return effects.stream()
                .filter(Effect.Run.class::isInstance)
                .map(effect -> ((Effect.Run) effect).ref().worker())
                .toList();
    }

    @Test
    void silence_almostFourSeconds_meansNothing() {
        pass(3);

        assertThat(phases()).containsExactly("READY", "READY");
        assertThat(dealtTo()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void silence_fourSeconds_isSuspectAndDealtNothingUntilHeardOf() {
        pass(4);

        assertThat(phases()).containsExactly("SUSPECT", "READY");
        assertThat(dealtTo()).containsExactly(2);
        beat(silent);
        assertThat(effects)
                .contains(new Effect.Renew(silent, now))
                .anyMatch(
                        effect -> effect instanceof Effect.Run run && run.ref().equals(silent));
        assertThat(phases()).containsExactly("READY", "READY");
    }

    @Test
    void silence_fifteenSeconds_isLostAndKilledAndStartedAnew() {
        pass(14);
        assertThat(phases()).containsExactly("SUSPECT", "READY");

        List<Effect> decided = pass(1);

        assertThat(decided)
                .contains(new Effect.Stop(silent, true))
                .anyMatch(effect ->
                        effect instanceof Effect.Start start && start.ref().worker() == 1);
        assertThat(state.snapshot().workers().get(0).death())
                .isEqualTo("(pid 812) has not been heard of for 15 s (frozen or cut off) and was killed");
        assertThat(phases()).containsExactly("STARTING", "READY");
    }

    @Test
    void beat_doesNotCount_isNoSignOfLife() {
        for (int i = 0; i < 15; i++) {
            tell(new Event.Beat(silent, now, false));
            assertThat(effects).doesNotHaveAnyElementsOfTypes(Effect.Renew.class);
            pass(1);
        }

        assertThat(phases()).containsExactly("STARTING", "READY");
    }

    @Test
    void beat_ofAStartThatWasGivenUp_isStaleAndFencedOff() {
        pass(15);

        beat(silent);

        assertThat(effects).containsOnly(new Effect.Stop(silent, true));
        assertThat(state.snapshot().stale()).isEqualTo(1);
        tell(new Event.Lost(silent, new Death("was killed")));
        beat(silent);
        assertThat(effects).containsOnly(new Effect.Stop(silent, true));
        assertThat(state.snapshot().stale()).isEqualTo(2);
    }

    @Test
    void tick_farTooLate_isNobodysSilence() {
        pass(2);
        now += 100 * SECOND;

        tell(new Event.Tick());

        assertThat(effects).noneMatch(effect -> effect instanceof Effect.Stop);
        beat(silent);
        beat(other);
        assertThat(phases()).containsExactly("READY", "READY");
    }

    @Test
    void tick_farTooLateWhileSuspect_givesTheTimeBack() {
        pass(10);
        now += 100 * SECOND;
        tell(new Event.Tick());
        beat(other);

        pass(3);
        assertThat(phases()).containsExactly("SUSPECT", "READY");
        pass(3);
        assertThat(phases()).containsExactly("STARTING", "READY");
    }
}
