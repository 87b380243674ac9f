package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.NamelessFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** Blobs in files, for other JVMs of this machine to read there: written once, however many do. Thread-safe. */
final class BlobFiles {
    /** From here on. */
    static final int LEAST_BYTES = 1024 * 1024;

    private static final long PROCESS = ProcessHandle.current().pid();

    private static final class Written {
        /** Null before it is written, and if it cannot be. */
        private @Nullable NamelessFile file;

        private int users;

        private boolean tried;

        /** @param ahead what was written before; null: nothing was */
        Written(@Nullable NamelessFile ahead) {
            file = ahead;
            tried = ahead != null;
        }

        /** Who comes meanwhile waits. */
        synchronized BlobPort.@Nullable InFile file(BlobRef ref, byte[] array, int from) {
            if (!tried) {
                tried = true;
                file = write(ref, array, from);
            }
            return file == null ? null : new BlobPort.InFile(ref, PROCESS, file.descriptor());
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

    /** What was written before anybody asked for it, by its bytes; who drops these leaves it to the collector. */
    private final Map<byte[], NamelessFile> ahead = new WeakHashMap<>();

    /** Whether it is large enough. */
    static boolean isWorthIt(BlobRef ref) {
        return ref.size() >= LEAST_BYTES;
    }

    /** Hashes what others will soon ask for, and writes it at the same time. */
    void prepare(byte[] array) {
        if (array.length < LEAST_BYTES) {
            BlobRef.of(array, 0, array.length);
            return;
        }
        Ahead written = new Ahead(array);
        BlobRef ref = BlobRef.of(array, 0, array.length, written);
        NamelessFile file = written.end(ref);
        if (file != null) {
            synchronized (this) {
                ahead.put(array, file);
            }
        }
    }

    /** Writes bytes whose reference is not known yet. */
    private static final class Ahead implements Runnable {
        private final byte[] array;
        private @Nullable NamelessFile file;

        Ahead(byte[] array) {
            this.array = array;
        }

        @Override
        public void run() {
            try {
                file = SharedFile.begin(array, 0, array.length);
            } catch (IOException e) {
                file = null; // no room, perhaps; it goes in pieces
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

    /** One more may ask for those bytes. */
    synchronized void offer(BlobRef ref, byte[] array) {
        files.computeIfAbsent(ref, each -> new Written(array.length == ref.size() ? ahead.remove(array) : null))
                .users++;
    }

    /** The file that holds bytes that were offered; null if others could not find it. */
    BlobPort.@Nullable InFile file(BlobRef ref, byte[] array, int from) {
        Written written;
        synchronized (this) {
            written = files.get(ref);
        }
        return written == null ? null : written.file(ref, array, from);
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
