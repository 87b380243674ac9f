package io.github.clusterpool.wire;

import java.io.OutputStream;
import java.util.Arrays;

/** Collects bytes and complains, having kept them, once they are over a limit; what came last can be taken back. */
final class Sink extends OutputStream {
    private static final int AROUND = 256;

    private final long limit;
    private byte[] bytes = new byte[256];
    private int size;

    Sink(long limit) {
        this.limit = limit;
    }

    @Override
    public void write(int b) {
        reserve(1);
        bytes[size++] = (byte) b;
        check(size);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
        check(size);
    }

    /** Makes room for much that comes, and for a little around it, so that it need not be copied again and again. */
    void expect(long much) {
        if (size + much + AROUND <= limit) {
            reserve((int) (much + AROUND));
        }
    }

    int size() {
        return size;
    }

    void truncate(int newSize) {
        size = newSize;
    }

    byte[] toByteArray() {
        return toByteArray(new byte[0]);
    }

    /** What was collected, after {@code prefix}; not copied if it is just as it should be. */
    byte[] toByteArray(byte[] prefix) {
        if (prefix.length == 0 && size == bytes.length) {
            return bytes;
        }
        byte[] all = Arrays.copyOf(prefix, Math.addExact(prefix.length, size));
        System.arraycopy(bytes, 0, all, prefix.length, size);
        return all;
    }

    /** Fails if {@code total} bytes are over the limit. */
    void check(long total) {
        if (total > limit) {
            throw CannotTravelException.tooLarge(limit);
        }
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(limit, 2L * bytes.length)));
        }
    }
}
