package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScalerTest {
    private static final long GROW = 1_000;
    private static final long SHRINK = 60_000;
    private static final long LOOK = 250;

    private final Scaler scaler = scaler(1, 16);
    private long now;

    private static Scaler scaler(int min, int max) {
        return new Scaler(new Staffing(1, 0, min, max, GROW, SHRINK));
    }

    private int look(int size, int busiest, long waiting, long begun) {
        now += LOOK;
        return scaler.decide(new Scaler.Load(size, 0, 0, busiest, waiting, begun), now);
    }

    /** The sizes it decides on while the same happens for so long. */
    private List<Integer> looks(long nanos, int size, int busiest, long waiting, long begun) {
        List<Integer> sizes = new ArrayList<>();
        for (long end = now + nanos; now < end; ) {
            sizes.add(look(size, busiest, waiting, begun));
        }
        return sizes;
    }

    @Test
    void decide_workWaitsForLessThanGrowAfter_staysAsItIs() {
        assertThat(looks(GROW, 2, 2, 50, 2)).containsOnly(2);
    }

    @Test
    void decide_workWaitsForGrowAfter_doublesOnce() {
        looks(GROW, 2, 2, 50, 2);

        assertThat(look(2, 2, 50, 2)).isEqualTo(4);
        assertThat(looks(GROW, 4, 4, 48, 4))
                .as("before it has waited for as long again")
                .containsOnly(4);
    }

    @Test
    void decide_fewTasksWait_growsToThemOnly() {
        looks(GROW, 8, 8, 2, 8);

        assertThat(look(8, 8, 2, 8)).isEqualTo(10);
    }

    @Test
    void decide_muchWaits_staysWithinMax() {
        looks(GROW, 12, 12, 1_000, 12);

        assertThat(look(12, 12, 1_000, 12)).isEqualTo(16);
        assertThat(looks(5 * GROW, 16, 16, 1_000, 16)).containsOnly(16);
    }

    @Test
    void decide_workersAreOnTheirWay_waitsForThem() {
        for (int i = 0; i < 100; i++) {
            now += LOOK;
            assertThat(scaler.decide(new Scaler.Load(4, 2, 0, 2, 50, 2), now)).isEqualTo(4);
        }
    }

    @Test
    void decide_workersWereGivenUp_asksForNoMoreOfThem() {
        for (int i = 0; i < 100; i++) {
            now += LOOK;
            assertThat(scaler.decide(new Scaler.Load(4, 0, 1, 3, 50, 2), now)).isEqualTo(4);
        }
    }

    @Test
    void decide_tasksWaitButEachBeginsSoon_staysAsItIs() {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            sizes.add(look(2, 2, 100, 150L * i)); // each look finds others waiting
        }

        assertThat(sizes).containsOnly(2);
    }

    @Test
    void decide_fewerNeededForShrinkAfter_shrinksToThese() {
        look(8, 8, 0, 0);
        assertThat(looks(SHRINK - LOOK, 8, 3, 0, 0)).containsOnly(8);

        assertThat(look(8, 3, 0, 0)).isEqualTo(3);
    }

    @Test
    void decide_nothingToDo_shrinksToMinAndNoFurther() {
        looks(SHRINK, 8, 0, 0, 0);

        assertThat(look(8, 0, 0, 0)).isEqualTo(1);
        assertThat(looks(3 * SHRINK, 1, 0, 0, 0)).containsOnly(1);
    }

    @Test
    void decide_allNeededNowAndThen_staysAsItIs() {
        for (int i = 0; i < 20; i++) {
            assertThat(looks(SHRINK / 2, 8, 1, 0, 0)).containsOnly(8);
            assertThat(look(8, 8, 0, 0)).isEqualTo(8);
        }
    }

    @Test
    void decide_madeSmallerThanMin_growsToIt() {
        Scaler atLeastThree = scaler(3, 5);

        assertThat(atLeastThree.decide(new Scaler.Load(1, 0, 0, 1, 0, 0), 0)).isEqualTo(3);
    }

    @Test
    void cares_nothingOpenAndNoWorkerToSpare_isFalse() {
        assertThat(scaler.cares(1, 0)).isFalse();
        assertThat(scaler.cares(2, 0)).isTrue();
        assertThat(scaler.cares(1, 1)).isTrue();
        assertThat(scaler(1, 0).cares(5, 5)).as("off").isFalse();
    }

    /** A pool whose workers each take so long for a task, under so many tasks at a time: it finds a size and keeps it. */
    @Property(tries = 300)
    void decide_steadyLoad_findsASizeAndKeepsIt(
            @ForAll @IntRange(min = 1, max = 40) int atATime,
            @ForAll @IntRange(min = 50, max = 20_000) int taskMillis) {
        Scaler some = scaler(1, 16);
        int size = 1;
        int changes = 0;
        double begun = 0;
        int end = 40 * (int) SHRINK / (int) LOOK;
        List<Integer> later = new ArrayList<>();
        for (int i = 1; i <= end; i++) {
            int busy = Math.min(size, atATime);
            begun += (double) busy * LOOK / taskMillis;
            int wanted = some.decide(new Scaler.Load(size, 0, 0, busy, atATime - busy, (long) begun + busy), i * LOOK);
            assertThat(wanted).isBetween(1, 16);
            changes += wanted == size ? 0 : 1;
            size = wanted;
            if (i > end / 2) {
                later.add(size);
            }
        }
        assertThat(changes).as("changes in all").isLessThanOrEqualTo(5);
        assertThat(later).as("sizes in the second half").containsOnly(size);
    }
}
