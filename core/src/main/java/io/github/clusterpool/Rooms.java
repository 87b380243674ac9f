package io.github.clusterpool;

import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/** An array to encode large values into, one after another: each new one would be garbage that comes by the 100 MB. */
final class Rooms {
    private static final int START = 16 * 1024;
    private static final int LARGEST = 256 * 1024 * 1024;

    private @Nullable SoftReference<byte[]> free; // guarded by this

    /** One for this thread alone, whatever it holds. */
    synchronized byte[] take() {
        byte[] known = known();
        free = null;
        return known == null ? new byte[START] : known;
    }

    /** It, or a larger one, may be used again. */
    synchronized void giveBack(byte[] room) {
        byte[] known = known();
        if (room.length <= LARGEST && (known == null || known.length < room.length)) {
            free = new SoftReference<>(room);
        }
    }

    private byte @Nullable [] known() {
        return free == null ? null : free.get();
    }
}
