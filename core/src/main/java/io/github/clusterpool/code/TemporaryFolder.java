package io.github.clusterpool.code;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A folder of this process among the system's temporary files, which others may not open. It goes when it is closed or, if
 * this JVM ends before, as soon as another makes one for the same purpose: the lock in it ends with the process.
 */
public final class TemporaryFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final Cleaner CLEANER = Cleaner.create();

    /** In the names of all that this process makes, also by another copy of this class; none before had the same. */
    private static final String OWN = System.getProperties()
                    .computeIfAbsent(
                            "io.github.clusterpool.process",
                            key -> UUID.randomUUID().toString().substring(0, 8))
            + "-";

    private final Path path;
    private final FileChannel lock;

    private TemporaryFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** A new one, whose name begins with what it is for; removes those that are left of JVMs that have ended. */
    public static TemporaryFolder create(String prefix) throws IOException {
        Path path = Files.createTempDirectory(prefix + OWN);
        sweep(path, prefix);
        Path locked = path.resolve("locked"); // nobody looks for it under this name
        FileChannel lock = null;
        try {
            lock = FileChannel.open(locked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new IOException(locked + " cannot be locked");
            }
            Files.move(locked, path.resolve(LOCK));
            return new TemporaryFolder(path, lock);
        } catch (IOException e) {
            if (lock != null) {
                lock.close();
            }
            Files.deleteIfExists(locked);
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Closes it when nobody has {@code user} any more; what it has now goes at the end of this JVM, after all else. */
    void goWith(Object user) throws IOException {
        path.toFile().deleteOnExit();
        path.resolve(LOCK).toFile().deleteOnExit();
        try (var files = Files.newDirectoryStream(path)) {
            for (Path each : files) {
                each.toFile().deleteOnExit(); // before what was said before
            }
        }
        CLEANER.register(user, this::close);
    }

    /** Deletes it and the files in it. */
    @Override
    public void close() {
        if (lock.isOpen()) {
            delete(path, lock);
        }
    }

    /**
     * What JVMs of the same user have left behind. This one's own are not even looked at: a lock is lost when its process
     * closes any other channel of that file. What cannot be looked at stays.
     */
    private static void sweep(Path own, String prefix) {
        try (var all = Files.newDirectoryStream(own.resolveSibling(""), prefix + "*")) {
            for (Path each : all) {
                boolean isOfThisProcess = each.getFileName().toString().startsWith(prefix + OWN);
                if (!isOfThisProcess && isLike(own, each) && Files.isWritable(each.resolve(LOCK))) {
                    deleteIfLeft(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // the next one may have more luck
        }
    }

    /** Others may have put anything there under such a name, such as a link to a folder of this user's. */
    private static boolean isLike(Path own, Path other) throws IOException {
        return Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
    }

    private static void deleteIfLeft(Path path) {
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                delete(path, channel);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // somebody else is at it, perhaps in this JVM
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
