package io.github.clusterpool.state;

/**
 * Elements of one job that go to a worker together.
 *
 * @param attempt 1 for the first time
 * @param avoid the worker that was lost under it, 0 for none
 */
record Chunk(int first, int count, int attempt, int avoid) {
    Chunk(int first, int count) {
        this(first, count, 1, 0);
    }

    int end() {
        return first + count;
    }
}
