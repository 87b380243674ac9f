package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.List;

/**
 * Elements of one job that go to a worker together.
 *
 * @param attempt 1 for the first time
 * @param avoid the worker that had it last, 0 for none
 * @param deaths of workers under it, first to last
 */
record Chunk(int first, int count, int attempt, int avoid, List<Death> deaths) {
    Chunk(int first, int count) {
        this(first, count, 1, 0, List.of());
    }

    int end() {
        return first + count;
    }

    /** A worker has died under it, perhaps because of it. */
    boolean isSuspect() {
        return !deaths.isEmpty();
    }

    Chunk part(int from, int size) {
        return new Chunk(from, size, attempt, avoid, deaths);
    }

    /** That part for another try. */
    Chunk retry(int from, int size, int worker) {
        return new Chunk(from, size, attempt + 1, worker, deaths);
    }

    /** That part for another try after a worker has died. */
    Chunk retryAfter(Death death, int from, int size, int worker) {
        List<Death> all = new ArrayList<>(deaths);
        all.add(death);
        return new Chunk(from, size, attempt + 1, worker, List.copyOf(all));
    }
}
