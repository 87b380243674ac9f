package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Encoded;
import io.github.clusterpool.wire.NamelessFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Encoded values that are in files of this JVM alone, for others of this machine to read there, with a reference in the place
 * of their bytes. Thread-safe.
 */
final class KeptFiles {
    /** By the very array that stands for them; who forgets to drop one leaves it to the collector. */
    private final Map<byte[], Kept> files = new WeakHashMap<>();

    /** One of them. */
    static final class Kept implements BlobSource {
        private final NamelessFile file;
        private int holders;
        private boolean dropped;

        private Kept(NamelessFile file) {
            this.file = file;
        }

        @Override
        public BlobPort.InFile inFile(BlobRef ref, BlobFiles files) {
            return BlobFiles.inFile(ref, file);
        }

        @Override
        public BlobPort.Piece piece(BlobRef ref, int at, int length) throws IOException {
            return new BlobPort.Piece(ref, at, file.part(at, length), 0, length);
        }

        private synchronized void hold() {
            holders++;
        }

        /** The last one's end is the end of the file, if it was dropped. */
        synchronized void letGo() {
            holders--;
            closeUnused();
        }

        private synchronized void drop() {
            dropped = true;
            closeUnused();
        }

        private void closeUnused() {
            if (dropped && holders == 0) {
                file.close();
            }
        }
    }

    /**
     * Keeps a value for as long as somebody holds what stands for it, or until {@link #drop}.
     *
     * @return what stands for it; null if it cannot be kept
     */
    byte @Nullable [] keep(Encoded encoded) {
        Writing writing = new Writing(encoded);
        BlobRef ref = BlobRef.of(encoded, writing);
        NamelessFile file = writing.end(ref);
        if (file == null) {
            return null;
        }
        byte[] content = ref.toBytes();
        synchronized (this) {
            files.put(content, new Kept(file));
        }
        return content;
    }

    /** Writes bytes while others find their reference out. */
    private static final class Writing implements Runnable {
        private final Encoded encoded;
        private @Nullable NamelessFile file;

        Writing(Encoded encoded) {
            this.encoded = encoded;
        }

        @Override
        public void run() {
            try {
                file = SharedFile.begin(encoded.array(), encoded.from(), encoded.length());
            } catch (IOException e) {
                file = null; // no room, perhaps; the bytes stay in memory
            }
        }

        @Nullable
        NamelessFile end(BlobRef ref) {
            try {
                if (file != null) {
                    SharedFile.end(file, ref);
                }
                return file;
            } catch (IOException e) {
                return null;
            }
        }
    }

    /** What that stands for, until {@link Kept#letGo} even if it is dropped; null if it is not here. */
    synchronized @Nullable Kept hold(byte[] content) {
        Kept kept = files.get(content);
        if (kept != null) {
            kept.hold();
        }
        return kept;
    }

    /** Nobody needs what that stands for any more but who holds it. */
    synchronized void drop(byte[] content) {
        Kept kept = files.remove(content);
        if (kept != null) {
            kept.drop();
        }
    }
}
