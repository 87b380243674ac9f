package io.github.clusterpool;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a hosted pool's supervisor has taken and still needs. It belongs to the supervisor while that lives, and outlives it:
 * the next one begins with what it has left.
 */
final class Kept {
    private Shelf.Taken earlier;
    private final TreeMap<Long, Shelf.Item> items = new TreeMap<>();
    private boolean whole;

    /** Of a supervisor that begins with {@code earlier}. */
    Kept(Shelf.Taken earlier) {
        this.earlier = earlier;
    }

    Shelf.Taken earlier() {
        return earlier;
    }

    /** Each supervisor of a pool has a higher one than those before it, wherever they were. */
    long term() {
        return earlier.term() + 1;
    }

    /** By their numbers. */
    NavigableMap<Long, Shelf.Item> items() {
        return items;
    }

    /** All that there was earlier is here now, as far as it still counts. */
    void setWhole() {
        whole = true;
        earlier = new Shelf.Taken(earlier.term(), earlier.clean(), List.of());
    }

    /** For the next supervisor. */
    Shelf.Taken left() {
        return whole
                ? new Shelf.Taken(term(), false, List.copyOf(items.values()))
                : new Shelf.Taken(term(), earlier.clean(), earlier.items());
    }
}
