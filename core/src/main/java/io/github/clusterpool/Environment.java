package io.github.clusterpool;

import io.github.clusterpool.wire.LateValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A worker's variables in all the versions that some task may still read: name to value by epoch. A read at an epoch
 * takes the newest value at or below it.
 *
 * <p>Used by the worker's own thread; threads that user code starts may read and write too, so all is synchronised.
 */
final class Environment {
    private record Version(boolean set, LateValue value) {}

    private static final Version UNSET = new Version(false, LateValue.of(null));

    private final Map<String, NavigableMap<Long, Version>> versions = new HashMap<>();

    /** The epochs that begin with nothing set, whatever a task from before still writes. */
    private final NavigableSet<Long> clears = new TreeSet<>();

    synchronized boolean has(String name, long epoch) {
        return at(name, epoch).set();
    }

    @Nullable
    Object get(String name, long epoch) {
        LateValue value;
        synchronized (this) {
            value = at(name, epoch).value();
        }
        return value.get(); // which may take long
    }

    void set(String name, @Nullable Object value, long epoch) {
        put(name, LateValue.of(value), epoch);
    }

    /** With {@code value} asked for at each read. */
    synchronized void put(String name, LateValue value, long epoch) {
        versions.computeIfAbsent(name, key -> new TreeMap<>()).put(epoch, new Version(true, value));
    }

    synchronized void remove(String name, long epoch) {
        NavigableMap<Long, Version> all = versions.get(name);
        if (all != null) {
            all.put(epoch, UNSET);
        }
    }

    synchronized Set<String> names(long epoch) {
        Set<String> names = new TreeSet<>();
        versions.forEach((name, all) -> {
            if (at(name, epoch).set()) {
                names.add(name);
            }
        });
        return names;
    }

    /** From that epoch on nothing is set. */
    synchronized void clear(long epoch) {
        clears.add(epoch);
    }

    /** Takes back what was written at that epoch. */
    synchronized void undo(long epoch) {
        versions.values().forEach(all -> all.remove(epoch));
        versions.values().removeIf(Map::isEmpty);
    }

    /**
     * Drops the versions that no task can read any more.
     *
     * @param floor the lowest epoch a task may still read at
     */
    void forgetBelow(long floor) {
        forgotten(floor).forEach(version -> version.value().close()); // which may wait for who reads it
    }

    private synchronized List<Version> forgotten(long floor) {
        List<Version> forgotten = new ArrayList<>();
        long cleared = lastClear(floor);
        clears.headSet(cleared, false).clear();
        versions.values().removeIf(all -> {
            Long newest = all.floorKey(floor);
            if (newest != null) {
                Map<Long, Version> below = all.headMap(Math.max(newest, cleared), false);
                forgotten.addAll(below.values());
                below.clear();
            }
            boolean onlyUnset = newest != null
                    && all.size() == 1
                    && !all.firstEntry().getValue().set();
            return onlyUnset || all.isEmpty();
        });
        return forgotten;
    }

    private long lastClear(long epoch) {
        Long cleared = clears.floor(epoch);
        return cleared == null ? -1 : cleared;
    }

    private Version at(String name, long epoch) {
        NavigableMap<Long, Version> all = versions.get(name);
        Map.Entry<Long, Version> newest = all == null ? null : all.floorEntry(epoch);
        return newest == null || newest.getKey() < lastClear(epoch) ? UNSET : newest.getValue();
    }
}
