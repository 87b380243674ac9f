package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every worker's variables must be, from all changes of state ever made, with nothing dropped. */
final class ModelEnvironment {
    /** What happens to a change on a worker. */
    enum Mode {
        FINE,
        FLAKY,
        BROKEN
    }

    private final List<Entry> entries = new ArrayList<>();

    static byte[] bytes(Mode mode, int value) {
        return new byte[] {(byte) mode.ordinal(), (byte) value};
    }

    static Mode mode(Entry entry) {
        if (entry instanceof Entry.Export export) {
            return mode(export.values().values().iterator().next());
        }
        return entry instanceof Entry.Evalq evalq ? mode(evalq.code()) : Mode.FINE;
    }

    static Mode mode(byte[] bytes) {
        return Mode.values()[bytes[0]];
    }

    void reset() {
        entries.clear();
    }

    void add(Entry entry) {
        if (mode(entry) != Mode.BROKEN) {
            entries.add(entry);
        }
    }

    void withdraw(long epoch) {
        entries.removeIf(entry -> entry.epoch() == epoch);
    }

    Map<String, Long> at(long epoch) {
        Map<String, Long> state = new HashMap<>();
        for (Entry entry : entries) {
            if (entry.epoch() <= epoch) {
                state = after(state, entry);
            }
        }
        return state;
    }

    /** Code makes its own variable of all that it finds. */
    static Map<String, Long> after(Map<String, Long> before, Entry entry) {
        Map<String, Long> after = new HashMap<>(before);
        if (entry instanceof Entry.Export export) {
            export.values().forEach((name, value) -> after.put(name, export.epoch() * 1000 + value[1]));
        } else if (entry instanceof Entry.Evalq evalq) {
            after.put("code", before.hashCode() * 31L + evalq.epoch());
        } else {
            after.clear();
        }
        return after;
    }
}
