package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A temporary file that loses its name as soon as it is open, where the system allows it: whatever happens to this JVM,
 * nothing is left. Where the system shows what processes have open, as Linux does, another JVM of the same user can
 * still find it.
 */
public final class NamelessFile {
    /** What {@link #descriptor} is where others cannot find the file. */
    public static final int UNKNOWN = -1;

    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    private final OpenFile file;
    private final int descriptor;

    /** A new one. */
    NamelessFile() throws IOException {
        Path path = Files.createTempFile("clusterpool-blob-", "");
        file = new OpenFile(new RandomAccessFile(path.toFile(), "rw"));
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

    /** To read it, and to write. */
    OpenFile opened() {
        return file;
    }

    /** Gives it back; who has it open elsewhere can still read it. */
    public void close() {
        file.close();
    }
}
