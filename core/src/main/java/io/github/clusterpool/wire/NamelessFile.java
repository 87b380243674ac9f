package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A temporary file that loses its name as soon as it is open, where the system allows it: whatever happens to this JVM,
 * nothing is left. Where the system shows what processes have open, as Linux does, another JVM of the same user can
 * still find it. No channel, for an interrupt of the thread that reads would close it for all.
 */
public final class NamelessFile {
    /** What {@link #descriptor} is where others cannot find the file. */
    public static final int UNKNOWN = -1;

    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");
    /** At once: the JDK takes memory outside its heap for as many, and gives it back. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    private final RandomAccessFile file;
    private final int descriptor;

    /** A new one. */
    public NamelessFile() throws IOException {
        Path path = Files.createTempFile("clusterpool-blob-", "");
        file = new RandomAccessFile(path.toFile(), "rw");
        descriptor = descriptor(path.toRealPath());
        try {
            Files.delete(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // it cannot go while it is open
        }
    }

    private static int descriptor(Path path) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OWN_DESCRIPTORS)) {
            for (Path each : descriptors) {
                if (leadsTo(each, path)) {
                    return Integer.parseInt(each.getFileName().toString());
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // this system does not show them
        }
        return UNKNOWN;
    }

    private static boolean leadsTo(Path descriptor, Path path) {
        try {
            return Files.readSymbolicLink(descriptor).equals(path);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** By which other processes find it in this one; {@link #UNKNOWN} if they cannot. */
    public int descriptor() {
        return descriptor;
    }

    /** Writes part of an array. */
    public synchronized void write(long at, byte[] bytes, int from, int length) throws IOException {
        file.seek(at);
        for (int done = 0; done < length; done += MOST_AT_ONCE) {
            file.write(bytes, from + done, Math.min(MOST_AT_ONCE, length - done));
        }
    }

    synchronized void readFully(long at, byte[] into) throws IOException {
        file.seek(at);
        file.readFully(into);
    }

    private synchronized int read(long at, byte[] into, int from, int length) throws IOException {
        file.seek(at);
        return file.read(into, from, Math.min(MOST_AT_ONCE, length));
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

            @Override
            public int available() throws IOException {
                return (int) Math.min(Integer.MAX_VALUE, Math.max(0, file.length() - at));
            }
        };
    }

    /** Gives it back; who has it open elsewhere can still read it. */
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // there is nothing more to be done
        }
    }
}
