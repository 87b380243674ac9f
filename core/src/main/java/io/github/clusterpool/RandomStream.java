package io.github.clusterpool;

import java.util.random.RandomGenerator;

/**
 * Random numbers of L'Ecuyer's MRG32k3a in streams that do not overlap: {@link #nextDouble} gives bit for bit what R's
 * {@code runif} gives after {@code RNGkind("L'Ecuyer-CMRG")}. What else {@link RandomGenerator} has is made of these
 * numbers in the JDK's way. Not thread-safe.
 *
 * <p>Source: R {@code set.seed}, {@code parallel::nextRNGStream}, {@code parallel::nextRNGSubStream}.
 */
public final class RandomStream implements RandomGenerator {
    static final long M1 = 4_294_967_087L;
    static final long M2 = 4_294_944_443L;

    /** The recurrences: the next value of each part of the state from two of its three words. */
    static final long A12 = 1_403_580;

    static final long A13_NEGATIVE = 810_728;
    static final long A21 = 527_612;
    static final long A23_NEGATIVE = 1_370_589;

    private static final double TO_UNIT = 2.328306549295728e-10; // 1 / (M1 + 1)
    private static final int WORDS = 6;
    private static final int WARM_UP = 50;

    private final long[] state;

    private RandomStream(long[] state) {
        this.state = state;
    }

    /**
     * The stream that R's {@code set.seed} begins.
     *
     * @param seed in the range of int as in R; others are seeds as well
     */
    public static RandomStream seeded(long seed) {
        long[] state = scrambled((int) seed);
        if (seed != (int) seed) {
            System.arraycopy(scrambled((int) (seed >>> 32)), 0, state, WORDS / 2, WORDS / 2);
        }
        return new RandomStream(state);
    }

    private static long[] scrambled(int seed) {
        int scrambled = seed;
        for (int i = 0; i < WARM_UP; i++) {
            scrambled = 69_069 * scrambled + 1;
        }
        long[] state = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            do {
                scrambled = 69_069 * scrambled + 1;
            } while (Integer.toUnsignedLong(scrambled) >= M2);
            state[i] = Integer.toUnsignedLong(scrambled);
        }
        return state;
    }

    /**
     * A stream from where {@link #words} says.
     *
     * @param words six, each of the first and of the last three not all 0, the first three below 4294967087 and the others
     *     below 4294944443 as unsigned numbers; R's {@code .Random.seed} without its first element
     */
    public static RandomStream of(int... words) {
        long[] state = new long[WORDS];
        for (int i = 0; words.length == WORDS && i < WORDS; i++) {
            state[i] = Integer.toUnsignedLong(words[i]);
        }
        if (!isState(state, 0, M1) || !isState(state, WORDS / 2, M2)) {
            throw new IllegalArgumentException(Messages.notAState(words));
        }
        return new RandomStream(state);
    }

    private static boolean isState(long[] state, int first, long bound) {
        long all = 0;
        for (int i = first; i < first + WORDS / 2; i++) {
            all |= state[i];
            if (state[i] >= bound) {
                return false;
            }
        }
        return all != 0;
    }

    /** Where this stream is, for {@link #of}. */
    public int[] words() {
        int[] words = new int[WORDS];
        for (int i = 0; i < WORDS; i++) {
            words[i] = (int) state[i];
        }
        return words;
    }

    /**
     * The stream that begins 2<sup>127</sup> numbers ahead, or that many times as far; takes next to no time however far.
     *
     * @param ahead as an unsigned number; 0: the same numbers as this
     */
    public RandomStream stream(int ahead) {
        return new RandomStream(Jump.STREAM.applied(ahead, state));
    }

    /** The same with 2<sup>76</sup> numbers: parts of one stream. */
    public RandomStream subStream(int ahead) {
        return new RandomStream(Jump.SUB_STREAM.applied(ahead, state));
    }

    /** The next number of the stream, 1 to {@code M1}. */
    private long next() {
        long p1 = Math.floorMod(A12 * state[1] - A13_NEGATIVE * state[0], M1);
        long p2 = Math.floorMod(A21 * state[5] - A23_NEGATIVE * state[3], M2);
        state[0] = state[1];
        state[1] = state[2];
        state[2] = p1;
        state[3] = state[4];
        state[4] = state[5];
        state[5] = p2;
        return p1 > p2 ? p1 - p2 : p1 - p2 + M1;
    }

    /** Between 0 and 1, and neither. */
    @Override
    public double nextDouble() {
        return next() * TO_UNIT;
    }

    /** One number of the stream. */
    @Override
    public int nextInt() {
        return (int) (next() - 1);
    }

    /** Two numbers of the stream. */
    @Override
    public long nextLong() {
        return (next() - 1) << 32 ^ (next() - 1);
    }
}
