package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.NamelessFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Blobs in files, for other JVMs of this machine to read there: written once, however many do. Thread-safe. */
final class BlobFiles {
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
            NamelessFile file = null;
            try {
                file = new NamelessFile();
                if (file.descriptor() != NamelessFile.UNKNOWN) {
                    file.write(0, array, from, ref.size());
                    return file;
                }
            } catch (IOException e) {
                // no room, perhaps; it goes in pieces
            }
            if (file != null) {
                file.close();
            }
            return null;
        }

        synchronized void close() {
            if (file != null) {
                file.close();
            }
        }
    }

    private final Map<BlobRef, Written> files = new HashMap<>();

    /** One more user of the file that holds those bytes; null, and that is a user too, if others could not find it. */
    @Nullable
    NamelessFile take(BlobRef ref, byte[] array, int from) {
        Written written;
        synchronized (this) {
            written = files.computeIfAbsent(ref, each -> new Written());
            written.users++;
        }
        return written.file(ref, array, from);
    }

    /** The last user's end is the end of the file. */
    synchronized void giveBack(BlobRef ref) {
        Written written = files.get(ref);
        if (written != null && --written.users == 0) {
            files.remove(ref);
            written.close();
        }
    }
}
