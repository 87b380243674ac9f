package io.github.clusterpool;

import org.jspecify.annotations.Nullable;

/** Many steps of a {@link RandomStream} at once: what its state is multiplied by. Immutable. */
final class Jump {
    private static final int N = 3;
    private static final Jump STEP = new Jump(
            new long[][] {{0, 1, 0}, {0, 0, 1}, {RandomStream.M1 - RandomStream.A13_NEGATIVE, RandomStream.A12, 0}},
            new long[][] {{0, 1, 0}, {0, 0, 1}, {RandomStream.M2 - RandomStream.A23_NEGATIVE, 0, RandomStream.A21}});

    static final Jump SUB_STREAM = STEP.doubled(76);
    static final Jump STREAM = STEP.doubled(127);

    private final long[][] first;
    private final long[][] second;
    private @Nullable Jump doubled; // whoever finds it missing makes an equal one

    private Jump(long[][] first, long[][] second) {
        this.first = first;
        this.second = second;
    }

    /** What a state is after so many of these jumps, an unsigned number. */
    long[] applied(int times, long[] state) {
        long[] result = state.clone();
        Jump jump = this;
        for (int left = times; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = jump.applied(result);
            }
            jump = jump.doubled();
        }
        return result;
    }

    private long[] applied(long[] state) {
        long[] result = new long[2 * N];
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < N; k++) {
                result[i] = plusProduct(result[i], first[i][k], state[k], RandomStream.M1);
                result[N + i] = plusProduct(result[N + i], second[i][k], state[N + k], RandomStream.M2);
            }
        }
        return result;
    }

    private Jump doubled(int times) {
        Jump jump = this;
        for (int i = 0; i < times; i++) {
            jump = jump.doubled();
        }
        return jump;
    }

    private Jump doubled() {
        Jump known = doubled;
        if (known == null) {
            known = new Jump(square(first, RandomStream.M1), square(second, RandomStream.M2));
            doubled = known;
        }
        return known;
    }

    private static long[][] square(long[][] matrix, long modulus) {
        long[][] result = new long[N][N];
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                for (int k = 0; k < N; k++) {
                    result[i][j] = plusProduct(result[i][j], matrix[i][k], matrix[k][j], modulus);
                }
            }
        }
        return result;
    }

    /** Factors are below 2<sup>32</sup>, so that their product is right as an unsigned number. */
    private static long plusProduct(long sum, long a, long b, long modulus) {
        return (sum + Long.remainderUnsigned(a * b, modulus)) % modulus;
    }
}
