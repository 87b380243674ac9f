package io.github.clusterpool.state;

/**
 * How many workers a pool has, as far as its configuration says.
 *
 * @param least that must be ready before {@code init} ends
 * @param local the first so many live with the pool itself, and need not be heard of
 * @param min the pool's size is not made smaller, by itself
 * @param max nor larger; 0: it is not changed without being asked
 * @param growNanos work that waits for longer makes the pool grow
 * @param shrinkNanos workers that nobody has needed for so long go
 */
public record Staffing(int least, int local, int min, int max, long growNanos, long shrinkNanos) {
    /** As large as it was made. */
    public static final Staffing FIXED = new Staffing(1, 0, 1, 0, Long.MAX_VALUE, Long.MAX_VALUE);
}
