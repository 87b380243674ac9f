package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A temporary file that loses its name as soon as it is open, where the system allows it: whatever happens to this JVM,
 * nothing is left. Where the system shows what processes have open, as Linux does, another JVM of the same user can
 * still find it.
 */
public final class NamelessFile {
    /** What {@link #descriptor} is where others cannot find the file. */
    public static final int UNKNOWN = -1;

    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    private static final int NEAR = 4;

    /** Where files were found of late, the last one first: as files come and go, they have the same few. */
    private static final int KEPT = 8;

    private static volatile List<Integer> late = List.of(0);

    private final OpenFile file;
    private final int descriptor;

    /** A new one. */
    NamelessFile() throws IOException {
        Path path = Files.createTempFile(FOLDER.toRealPath(), "clusterpool-blob-", "");
        try {
            file = new OpenFile(new RandomAccessFile(path.toFile(), "rw"));
            descriptor = descriptor(path);
        } finally {
            delete(path);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // it cannot go while it is open
        }
    }

    /** First where others were found of late, and what comes after them: to look at all takes longer than all else here. */
    private static int descriptor(Path path) {
        List<Integer> known = late;
        int last = known.get(0);
        int found = Stream.concat(
                        known.stream(), IntStream.range(last + 1, last + NEAR).boxed())
                .filter(each -> leadsTo(OWN_DESCRIPTORS.resolve(Integer.toString(each)), path))
                .findFirst()
                .orElseGet(() -> amongAll(path));
        if (found != UNKNOWN) {
            late = Stream.concat(Stream.of(found), known.stream().filter(each -> each != found))
                    .limit(KEPT)
                    .toList();
        }
        return found;
    }

    private static int amongAll(Path path) {
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
            return false; // there is none, or not any more
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

    /** A copy of a part of it. */
    public byte[] part(long at, int length) throws IOException {
        byte[] part = new byte[length];
        file.readFully(at, part, 0, length);
        return part;
    }

    /** Gives it back; who has it open elsewhere can still read it. */
    public void close() {
        file.close();
    }
}
