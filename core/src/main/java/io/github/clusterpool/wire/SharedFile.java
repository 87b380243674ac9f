package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A file that another process of this machine has written and keeps, read where it is; any number of threads may. */
public final class SharedFile {
    private final ByteBuffer bytes;

    private SharedFile(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * The one that a process has open; what it takes is given back when nobody here holds it and there.
     *
     * @param size in bytes, which it must have
     */
    public static SharedFile open(long process, int descriptor, int size) throws IOException {
        Path path = Path.of("/proc", Long.toString(process), "fd", Integer.toString(descriptor));
        if (!Files.isRegularFile(path) || Files.size(path) != size) {
            throw new IOException("descriptor " + descriptor + " of process " + process + " must be such a file");
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            return new SharedFile(file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, size));
        }
    }

    /** That part of it. */
    ByteBuffer part(int from, int length) {
        return bytes.slice(from, length);
    }

    /** All of it, from the beginning. */
    InputStream open() {
        ByteBuffer left = bytes.duplicate();
        return new InputStream() {
            @Override
            public int read() {
                return left.hasRemaining() ? left.get() & 0xFF : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                Objects.checkFromIndexSize(from, length, into.length);
                int count = Math.min(length, left.remaining());
                left.get(into, from, count);
                return count == 0 && length > 0 ? -1 : count;
            }

            @Override
            public int available() {
                return left.remaining();
            }
        };
    }
}
