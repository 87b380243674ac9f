package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The exported values that are in files alone: for as long as a new worker would have to be given them. */
final class ExportFiles {
    private final KeptFiles files;
    private final WithChanges<Collection<byte[]>> values = new WithChanges<>();

    ExportFiles(KeptFiles files) {
        this.files = files;
    }

    /** Takes note of those that come with a change of state. */
    void note(long epoch, Map<String, byte[]> exported) {
        if (exported.values().stream().anyMatch(BlobRef::isRef)) {
            values.put(epoch, exported.values());
        }
    }

    /** There is no such change. */
    void drop(long epoch) {
        Collection<byte[]> refused = values.remove(epoch);
        if (refused != null) {
            refused.forEach(files::drop);
        }
    }

    /** Drops those of changes that are not in the journal any more; see {@link WithChanges#takeDropped}. */
    void dropAllBut(Supplier<Set<Long>> journal, long count) {
        values.takeDropped(journal, count).forEach(dropped -> dropped.forEach(files::drop));
    }

    void close() {
        values.takeAll().forEach(each -> each.forEach(files::drop));
    }
}
