package io.github.clusterpool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What goes with changes of state, by their epochs, for as long as new workers would have to repeat these. */
final class WithChanges<V> {
    private final Map<Long, V> byEpoch = new TreeMap<>();
    private long removals;

    void put(long epoch, V value) {
        byEpoch.put(epoch, value);
    }

    @Nullable
    V remove(long epoch) {
        return byEpoch.remove(epoch);
    }

    /**
     * Takes out what goes with changes that the journal has dropped.
     *
     * @param journal the epochs of those that are left
     * @param count how often it has dropped any
     */
    List<V> takeDropped(Supplier<Set<Long>> journal, long count) {
        if (count == removals) {
            return List.of();
        }
        removals = count;
        List<V> dropped = new ArrayList<>();
        Set<Long> left = byEpoch.isEmpty() ? Set.of() : journal.get();
        byEpoch.entrySet().removeIf(change -> !left.contains(change.getKey()) && dropped.add(change.getValue()));
        return dropped;
    }

    /** Takes out all. */
    List<V> takeAll() {
        List<V> all = List.copyOf(byEpoch.values());
        byEpoch.clear();
        return all;
    }
}
