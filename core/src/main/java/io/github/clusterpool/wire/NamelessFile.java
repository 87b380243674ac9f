package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A temporary file that loses its name as soon as it is open, where the system allows it: whatever happens to this JVM,
 * nothing is left. No channel, for an interrupt of the thread that reads would close it for all.
 */
final class NamelessFile {
    private final RandomAccessFile file;

    NamelessFile() throws IOException {
        Path path = Files.createTempFile("clusterpool-blob-", "");
        file = new RandomAccessFile(path.toFile(), "rw");
        try {
            Files.delete(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // it cannot go while it is open
        }
    }

    synchronized void write(long at, byte[] bytes, int from, int length) throws IOException {
        file.seek(at);
        file.write(bytes, from, length);
    }

    private synchronized int read(long at, byte[] into, int from, int length) throws IOException {
        file.seek(at);
        return file.read(into, from, length);
    }

    /** All of it, from the beginning; several may read at the same time. */
    InputStream open() {
        return new InputStream() {
            private long at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                Objects.checkFromIndexSize(from, length, into.length);
                int count = NamelessFile.this.read(at, into, from, length);
                at += Math.max(0, count);
                return count;
            }
        };
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            // there is nothing more to be done
        }
    }
}
