package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.Objects;

/**
 * A file that is open, whatever its name is by now, read at any place by any number of threads. No channel, for an interrupt
 * of the thread that reads would close it for all; not mapped, for then the collector alone could give it back.
 */
public final class OpenFile {
    /** At once: the JDK takes memory outside its heap for as many, and gives it back. */
    private static final int MOST_AT_ONCE = 1024 * 1024;

    private final RandomAccessFile file;

    OpenFile(RandomAccessFile file) {
        this.file = file;
    }

    synchronized void write(long at, byte[] bytes, int from, int length) throws IOException {
        file.seek(at);
        for (int left = length; left > 0; left -= MOST_AT_ONCE) {
            file.write(bytes, from + length - left, Math.min(MOST_AT_ONCE, left));
        }
    }

    void readFully(long at, byte[] into, int from, int length) throws IOException {
        for (int left = length; left > 0; left -= MOST_AT_ONCE) {
            readPart(at + length - left, into, from + length - left, Math.min(MOST_AT_ONCE, left));
        }
    }

    private synchronized void readPart(long at, byte[] into, int from, int length) throws IOException {
        file.seek(at);
        file.readFully(into, from, length);
    }

    private synchronized int read(long at, byte[] into, int from, int length) throws IOException {
        file.seek(at);
        return file.read(into, from, Math.min(MOST_AT_ONCE, length));
    }

    /** Its first {@code size} bytes, one after another. */
    InputStream stream(int size) {
        return new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                Objects.checkFromIndexSize(from, length, into.length);
                if (at == size && length > 0) {
                    return -1;
                }
                int count = OpenFile.this.read(at, into, from, Math.min(length, size - at));
                at += Math.max(0, count);
                return count;
            }

            @Override
            public int available() {
                return size - at;
            }
        };
    }

    long length() throws IOException {
        return file.length();
    }

    /** Gives it back; who has it open elsewhere can still read it. Who forgets to leaves that to the collector. */
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            // there is nothing more to be done
        }
    }
}
