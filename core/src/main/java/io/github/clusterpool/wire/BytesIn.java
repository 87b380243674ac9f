package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects a byte string of unknown length: most in one array of the right size, whatever a length declares. */
final class BytesIn extends OutputStream {
    private static final int GROWTH = 8;

    private final @Nullable InputStream rest;
    private byte[] bytes = {};
    private int size;

    /** With what is still to come of a stream, after what a parser writes here; null: it writes all at once. */
    BytesIn(@Nullable InputStream rest) {
        this.rest = rest;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int needed = Math.addExact(size, length);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, grown(needed));
        }
        System.arraycopy(from, offset, bytes, size, length);
        size = needed;
    }

    /** Exactly what is needed in the beginning, and for what lasts to the end of the stream. */
    private int grown(int needed) throws IOException {
        long most = needed + (rest == null ? 0L : rest.available());
        return (int) Math.min(Math.max(needed, (long) GROWTH * bytes.length), Math.min(most, WireRules.MOST_BYTES));
    }

    byte[] toByteArray() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
