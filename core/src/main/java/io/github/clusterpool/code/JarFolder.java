package io.github.clusterpool.code;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder for jars that were sent here, among the system's temporary files. It goes with what uses it, or with this JVM, or
 * as soon as another makes one if this JVM was killed: the lock in it ends with the process.
 */
final class JarFolder {
    private static final String PREFIX = "clusterpool-jars-";
    private static final String LOCK = "lock";
    private static final Cleaner CLEANER = Cleaner.create();

    private final Path path;
    private final FileChannel lock;

    private JarFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static JarFolder create() throws IOException {
        Path path = Files.createTempDirectory(PREFIX);
        sweep(path.resolveSibling(""));
        path.toFile().deleteOnExit();
        Path locked = path.resolve("locked"); // nobody looks for it under this name
        FileChannel lock = FileChannel.open(locked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        Files.move(locked, path.resolve(LOCK));
        path.resolve(LOCK).toFile().deleteOnExit();
        return new JarFolder(path, lock);
    }

    /** Writes a file that is there until {@link #goWith} says otherwise. */
    Path write(String name, byte[] bytes) throws IOException {
        Path file = path.resolve(name);
        file.toFile().deleteOnExit();
        return Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
    }

    /** Deletes all when nobody has {@code user} any more. */
    void goWith(Object user) {
        Path gone = path;
        FileChannel held = lock;
        CLEANER.register(user, () -> delete(gone, held));
    }

    /** What JVMs have left behind that were killed. */
    private static void sweep(Path folder) throws IOException {
        try (var all = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path each : all) {
                if (Files.isWritable(each.resolve(LOCK))) {
                    deleteIfLeft(each);
                }
            }
        }
    }

    private static void deleteIfLeft(Path path) {
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                delete(path, channel);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // somebody else is at it, or it is this JVM's
        }
    }

    private static void delete(Path path, FileChannel lock) {
        try (lock;
                var files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // where files in use cannot be deleted, the next sweep does it
        }
    }
}
