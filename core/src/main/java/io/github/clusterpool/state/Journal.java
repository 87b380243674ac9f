package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every change of the pool's state that a new worker must repeat, in order of epochs. */
final class Journal {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long epoch;
    private long bytes;
    private boolean superseded;
    private long compactedAt;
    private long removals;

    /** The epoch of the last change. */
    long epoch() {
        return epoch;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return entries.size();
    }

    List<Entry> entries() {
        return new ArrayList<>(entries);
    }

    Set<Long> epochs() {
        return entries.stream().map(Entry::epoch).collect(Collectors.toSet());
    }

    /** Counts what may have dropped some. */
    long removals() {
        return removals;
    }

    Entry export(Map<String, byte[]> values, long bytes) {
        superseded = true;
        return add(new Entry.Export(++epoch, Map.copyOf(values), bytes));
    }

    Entry evalq(byte[] code) {
        return add(new Entry.Evalq(++epoch, code));
    }

    Entry clear() {
        superseded = true;
        return add(new Entry.Clear(++epoch));
    }

    /** Takes back a change that no worker could apply. */
    void withdraw(long withdrawn) {
        removals++;
        entries.removeIf(entry -> entry.epoch() == withdrawn);
        recount();
    }

    /** Forgets everything, for a pool that starts anew; epochs go on. */
    void reset() {
        removals++;
        entries.clear();
        bytes = 0;
    }

    /**
     * Drops what no task can see any more.
     *
     * @param floor the lowest epoch a task may still run at
     */
    void compact(long floor) {
        if (!superseded || floor == compactedAt) {
            return;
        }
        compactedAt = floor;
        removals++;
        dropBeforeClear(floor);
        dropReplacedExports(floor);
        recount();
        superseded = hasMoreToDrop(floor);
    }

    private Entry add(Entry entry) {
        entries.add(entry);
        compactedAt = -1;
        bytes += entry.bytes();
        return entry;
    }

    private void recount() {
        bytes = entries.stream().mapToLong(Entry::bytes).sum();
    }

    private void dropBeforeClear(long floor) {
        long cleared = -1;
        for (Entry entry : entries) {
            if (entry instanceof Entry.Clear && entry.epoch() <= floor) {
                cleared = entry.epoch();
            }
        }
        long from = cleared;
        entries.removeIf(entry -> entry.epoch() <= from);
    }

    /** An export goes when all its names are set again later; code in between may read them, so it keeps what is before. */
    private void dropReplacedExports(long floor) {
        Set<String> replaced = new HashSet<>();
        Iterator<Entry> newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            Entry entry = newestFirst.next();
            if (entry instanceof Entry.Export export) {
                if (replaced.containsAll(export.names())) {
                    newestFirst.remove();
                } else if (entry.epoch() <= floor) {
                    replaced.addAll(export.names());
                }
            } else {
                replaced.clear();
            }
        }
    }

    private boolean hasMoreToDrop(long floor) {
        return !entries.isEmpty() && entries.getLast().epoch() > floor;
    }
}
