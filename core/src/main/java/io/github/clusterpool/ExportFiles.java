package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The exported values that are in files alone: for as long as a new worker would have to be given them. */
final class ExportFiles {
    private final BlobFiles files;
    private final Map<Long, Collection<byte[]>> byEpoch = new HashMap<>();
    private long removals;

    ExportFiles(BlobFiles files) {
        this.files = files;
    }

    /** Takes note of those that come with a change of state. */
    void note(long epoch, Map<String, byte[]> values) {
        if (values.values().stream().anyMatch(BlobRef::isRef)) {
            byEpoch.put(epoch, values.values());
        }
    }

    /** There is no such change. */
    void drop(long epoch) {
        Collection<byte[]> values = byEpoch.remove(epoch);
        if (values != null) {
            values.forEach(files::drop);
        }
    }

    /** Drops all but those of {@code epochs}; {@code count} tells how often these have become fewer. */
    void keep(Supplier<Set<Long>> epochs, long count) {
        if (count == removals) {
            return;
        }
        removals = count;
        if (!byEpoch.isEmpty()) {
            Set<Long> left = epochs.get();
            byEpoch.entrySet().removeIf(change -> {
                boolean over = !left.contains(change.getKey());
                if (over) {
                    change.getValue().forEach(files::drop);
                }
                return over;
            });
        }
    }

    void close() {
        byEpoch.values().forEach(values -> values.forEach(files::drop));
        byEpoch.clear();
    }
}
