package io.github.clusterpool.trust;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of lines that only grows, and that several processes may write in turn: each holds its lock, first reads what the
 * others have added, then adds its own, which is on the disk before the lock is given back. Thread-safe.
 */
final class SharedLines implements Closeable {
    interface Reader {
        void line(String line) throws IOException;
    }

    interface Step<T> {
        T take() throws IOException;
    }

    static final int MAX_LINE_BYTES = 8 * 1024;

    /** File locks are between processes, and one that a process closes frees all it has on that file. */
    private static final Object THIS_PROCESS = new Object();

    private final Path file;
    private final FileChannel channel;
    private final Reader reader;
    private long read;

    private SharedLines(Path file, FileChannel channel, Reader reader) {
        this.file = file;
        this.channel = channel;
        this.reader = reader;
    }

    /** Reads all lines. */
    static SharedLines open(Path file, Reader reader) throws IOException {
        return open(file, reader, Long.MAX_VALUE);
    }

    /** Reads the last lines only, that are within so many bytes. */
    static SharedLines open(Path file, Reader reader, long tailBytes) throws IOException {
        synchronized (THIS_PROCESS) {
            FileChannel channel = PrivateFiles.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            SharedLines lines = new SharedLines(file, channel, reader);
            try {
                lines.read = lines.lineAfter(channel.size() - tailBytes);
                lines.exclusively(() -> lines.read);
                return lines;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
    }

    private long lineAfter(long position) throws IOException {
        if (position <= 0) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(MAX_LINE_BYTES);
        channel.read(bytes, position);
        for (int i = 0; i < bytes.position(); i++) {
            if (bytes.get(i) == '\n') {
                return position + i + 1;
            }
        }
        throw tooLong();
    }

    /** With the file to itself, and all that it holds read. */
    <T> T exclusively(Step<T> step) throws IOException {
        synchronized (THIS_PROCESS) {
            try (var lock = channel.lock()) {
                catchUp();
                return step.take();
            }
        }
    }

    /** While nobody of this process holds a lock: who opens and closes such a file in another way would free it. */
    static <T> T alone(Step<T> step) throws IOException {
        synchronized (THIS_PROCESS) {
            return step.take();
        }
    }

    private void catchUp() throws IOException {
        if (channel.size() < read) {
            throw new TrustException(
                    Refusal.MALFORMED, file + " must only grow, it was " + read + " bytes and is " + channel.size());
        }
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long at = read;
        while (channel.read(bytes.clear(), at) > 0) {
            at += bytes.flip().remaining();
            takeLines(bytes, line);
        }
        if (read < at) {
            channel.truncate(read); // half a line: whoever wrote it has died and promised nothing yet
        }
    }

    private void takeLines(ByteBuffer bytes, ByteArrayOutputStream line) throws IOException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                reader.line(line.toString(StandardCharsets.US_ASCII));
                read += line.size() + 1;
                line.reset();
            } else {
                line.write(next);
                if (line.size() > MAX_LINE_BYTES) {
                    throw tooLong();
                }
            }
        }
    }

    private TrustException tooLong() {
        return new TrustException(
                Refusal.MALFORMED, "a line of " + file + " must be at most " + MAX_LINE_BYTES + " bytes");
    }

    /** Within {@link #exclusively} only; the reader is not told of it. */
    void append(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
        long at = read;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        channel.force(true);
        read = at;
    }

    @Override
    public void close() throws IOException {
        synchronized (THIS_PROCESS) {
            channel.close();
        }
    }
}
