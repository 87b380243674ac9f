package io.github.clusterpool.sim;

import java.util.List;
import java.util.SplittableRandom;

/** All chance there is in a world. */
public final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        return bound == 1 ? 0 : random.nextInt(bound);
    }

    /** From {@code least} to {@code most}. */
    public long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Milliseconds between the two, in nanoseconds; mostly short ones. */
    public long millis(int least, int most) {
        long span = 1 + (long) ((most - least) * Math.pow(random.nextDouble(), 3));
        return (least + span) * 1_000_000L - below(1_000_000);
    }

    public boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    public <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }
}
