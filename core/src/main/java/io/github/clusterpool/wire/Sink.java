package io.github.clusterpool.wire;

import java.io.OutputStream;
import java.util.Arrays;

/** Collects bytes and complains, having kept them, once they are over a limit; what came last can be taken back. */
final class Sink extends OutputStream {
    private static final int AROUND = 256;

    private final long limit;
    private byte[] bytes = new byte[256];
    private int front; // bytes left free for a prefix
    private int size;

    Sink(long limit) {
        this.limit = limit;
    }

    @Override
    public void write(int b) {
        reserve(1);
        bytes[front + size++] = (byte) b;
        check(size);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, front + size, length);
        size += length;
        check(size);
    }

    /** Makes room for much that comes, and for a little around it, so that it need not be copied again and again. */
    void expect(long much) {
        if (size + much + AROUND <= limit) {
            reserve((int) (much + AROUND));
        }
    }

    /** Makes room for what is likely to be all, and for a prefix of that length: then it need not be copied in the end. */
    void expectAll(long much, int prefix) {
        if (size > 0) {
            expect(much);
        } else if (much + prefix <= limit) {
            bytes = new byte[Math.toIntExact(prefix + much)];
            front = prefix;
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
        if (prefix.length == front && front + size == bytes.length) {
            System.arraycopy(prefix, 0, bytes, 0, front);
            return bytes;
        }
        byte[] all = Arrays.copyOf(prefix, Math.addExact(prefix.length, size));
        System.arraycopy(bytes, front, all, prefix.length, size);
        return all;
    }

    /** Fails if {@code total} bytes are over the limit. */
    void check(long total) {
        if (total > limit) {
            throw CannotTravelException.tooLarge(limit);
        }
    }

    private void reserve(int more) {
        int needed = Math.addExact(front + size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(limit, 2L * bytes.length)));
        }
    }
}
