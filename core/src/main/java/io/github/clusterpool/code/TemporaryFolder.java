package io.github.clusterpool.code;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder of this process among the system's temporary files, which others may not open. It goes when it is closed, or
 * with what uses it, or with this JVM, or as soon as another makes one for the same purpose if this JVM was killed: the
 * lock in it ends with the process.
 */
public final class TemporaryFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Set<TemporaryFolder> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> OPEN.forEach(TemporaryFolder::close), "clusterpool-folders"));
    }

    private final Path path;
    private final FileChannel lock;

    private TemporaryFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** A new one, whose name begins with what it is for; removes those that are left of killed JVMs. */
    public static TemporaryFolder create(String prefix) throws IOException {
        Path path = Files.createTempDirectory(prefix);
        sweep(path.resolveSibling(""), prefix);
        Path locked = path.resolve("locked"); // nobody looks for it under this name
        FileChannel lock = FileChannel.open(locked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        Files.move(locked, path.resolve(LOCK));
        TemporaryFolder folder = new TemporaryFolder(path, lock);
        OPEN.add(folder);
        return folder;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Closes it when nobody has {@code user} any more. */
    void goWith(Object user) {
        CLEANER.register(user, this::close);
    }

    /** Deletes it and the files in it. */
    @Override
    public void close() {
        if (OPEN.remove(this)) {
            delete(path, lock);
        }
    }

    /** What JVMs have left behind that were killed. */
    private static void sweep(Path folder, String prefix) throws IOException {
        try (var all = Files.newDirectoryStream(folder, prefix + "*")) {
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

    /** All but the lock first: what cannot go now, such as files in use on some systems, goes by the next sweep. */
    private static void delete(Path path, FileChannel lock) {
        Path marker = path.resolve(LOCK);
        try (lock;
                var files = Files.list(path)) {
            for (Path file : files.filter(each -> !each.equals(marker)).toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(marker);
            deleteOrMark(path, marker);
        } catch (IOException e) {
            // see above
        }
    }

    /** Another process may have put something there a moment ago. */
    private static void deleteOrMark(Path path, Path marker) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            Files.createFile(marker);
        }
    }
}
