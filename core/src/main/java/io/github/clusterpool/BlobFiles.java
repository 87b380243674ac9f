package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.NamelessFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Blobs in files, for other JVMs of this machine to read there: written once, however many do. Thread-safe. */
final class BlobFiles {
    /** From here on. */
    static final int LEAST_BYTES = 512 * 1024;

    private static final long PROCESS = ProcessHandle.current().pid();

    private static final class Written {
        /** Null before it is written, and if it cannot be. */
        private @Nullable NamelessFile file;

        private int users;

        private boolean tried;

        /** Who comes meanwhile waits. */
        synchronized @Nullable NamelessFile file(BlobRef ref, byte[] array, int from) {
            if (!tried) {
                tried = true;
                file = write(ref, array, from);
            }
            return file;
        }

        private static @Nullable NamelessFile write(BlobRef ref, byte[] array, int from) {
            try {
                return SharedFile.write(ref, array, from);
            } catch (IOException e) {
                return null; // no room, perhaps; it goes in pieces
            }
        }

        synchronized void close() {
            if (file != null) {
                file.close();
            }
        }
    }

    private final Map<BlobRef, Written> files = new HashMap<>();

    /** Whether it is large enough. */
    static boolean isWorthIt(BlobRef ref) {
        return ref.size() >= LEAST_BYTES;
    }

    /** What others are told of it. */
    static BlobPort.InFile inFile(BlobRef ref, NamelessFile file) {
        return new BlobPort.InFile(ref, PROCESS, file.descriptor());
    }

    /** One more may ask for a file with those bytes. */
    synchronized void offer(BlobRef ref) {
        files.computeIfAbsent(ref, each -> new Written()).users++;
    }

    /** The file that holds bytes that were offered, written now if it is not yet; null if others could not find it. */
    BlobPort.@Nullable InFile write(BlobRef ref, byte[] array, int from) {
        Written written;
        synchronized (this) {
            written = files.get(ref);
        }
        NamelessFile file = written == null ? null : written.file(ref, array, from);
        return file == null ? null : inFile(ref, file);
    }

    /** One that they were offered to asks no more; the last one's end is the end of the file. */
    synchronized void giveBack(BlobRef ref) {
        Written written = files.get(ref);
        if (written != null && --written.users == 0) {
            files.remove(ref);
            written.close();
        }
    }
}
