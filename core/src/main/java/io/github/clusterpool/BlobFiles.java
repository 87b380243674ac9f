package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Encoded;
import io.github.clusterpool.wire.NamelessFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Blobs in files, for other JVMs of this machine to read there: written once, however many do, when one of them asks; or
 * kept there alone from the start, with a reference in the place of the bytes. Thread-safe.
 */
final class BlobFiles {
    /** From here on. */
    static final int LEAST_BYTES = 1024 * 1024;

    private static final long PROCESS = ProcessHandle.current().pid();

    private static final class Written {
        /** Null before it is written, and if it cannot be. */
        private @Nullable NamelessFile file;

        private boolean tried;

        /** How many it was offered to, and whether nobody keeps it any more; guarded by all files. */
        private int users;

        private boolean dropped;

        /** Who comes meanwhile waits. */
        synchronized @Nullable NamelessFile file(BlobRef ref, byte[] array, int from) {
            if (!tried && array.length >= ref.size()) {
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
                file = null;
            }
        }
    }

    private final Map<BlobRef, Written> files = new HashMap<>();

    /** By what stands for them; who forgets to drop one leaves it to the collector. */
    private final Map<byte[], Written> kept = new WeakHashMap<>();

    /** Whether it is large enough. */
    static boolean isWorthIt(BlobRef ref) {
        return ref.size() >= LEAST_BYTES;
    }

    // ---- kept here alone

    /**
     * Keeps bytes for as long as somebody holds what stands for them, or until {@link #drop}.
     *
     * @return what stands for them; null if they cannot be kept
     */
    byte @Nullable [] keep(Encoded encoded) {
        Ahead ahead = new Ahead(encoded);
        BlobRef ref = BlobRef.of(encoded.array(), encoded.from(), encoded.length(), ahead);
        NamelessFile file = ahead.end(ref);
        if (file == null) {
            return null;
        }
        Written written = new Written();
        written.file = file;
        written.tried = true;
        byte[] content = ref.toBytes();
        synchronized (this) {
            kept.put(content, written);
        }
        return content;
    }

    /** Writes bytes while others find their reference out. */
    private static final class Ahead implements Runnable {
        private final Encoded encoded;
        private @Nullable NamelessFile file;

        Ahead(Encoded encoded) {
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

    /** Whom that reference was told needs what it stands for until {@link #letGo}, even if it is dropped. */
    synchronized void hold(byte[] content) {
        Written written = kept.get(content);
        if (written != null) {
            written.users++;
        }
    }

    synchronized void letGo(byte[] content) {
        Written written = kept.get(content);
        if (written != null) {
            written.users--;
            closeUnused(content, written);
        }
    }

    /** What these bytes stand for is not needed any more, but by whom has been told of it. */
    synchronized void drop(byte[] content) {
        Written written = kept.get(content);
        if (written != null) {
            written.dropped = true;
            closeUnused(content, written);
        }
    }

    private void closeUnused(byte[] content, Written written) {
        if (written.users == 0 && written.dropped) {
            kept.remove(content);
            written.close();
        }
    }

    /**
     * A part of what is kept here.
     *
     * @throws IOException if it is not, or cannot be read
     */
    byte[] part(BlobRef ref, byte[] content, int at, int length) throws IOException {
        Written written = find(ref, content);
        NamelessFile file = written == null ? null : written.file(ref, content, 0);
        if (file == null) {
            throw new IOException("blob " + ref + " is in no file");
        }
        return file.part(at, length);
    }

    // ---- for others

    /** One more may ask for those bytes. */
    synchronized void offer(BlobRef ref) {
        files.computeIfAbsent(ref, each -> new Written()).users++;
    }

    /** The file that holds bytes that were offered; null if others could not find it. */
    BlobPort.@Nullable InFile file(BlobRef ref, byte[] array, int from) {
        Written written = find(ref, array);
        NamelessFile file = written == null ? null : written.file(ref, array, from);
        return file == null ? null : new BlobPort.InFile(ref, PROCESS, file.descriptor());
    }

    private synchronized @Nullable Written find(BlobRef ref, byte[] array) {
        Written alone = kept.get(array);
        return alone == null ? files.get(ref) : alone;
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
