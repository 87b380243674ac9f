package io.github.clusterpool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * The folder of class archives: each file's name tells its key and its checksum.
 *
 * <p>The checksum matters: a JVM given a damaged archive dies of a segmentation fault.
 */
record ArchiveFolder(Path path) {
    private static final int MOST_FILES = 8;
    private static final long MOST_BYTES = 1L << 30;
    private static final String ARCHIVE = ".jsa";
    private static final String FAILED = ".failed";
    private static final String TEMPORARY = ".tmp";

    /** The user's cache folder, as the system at hand has it. */
    static ArchiveFolder ofUser(Map<String, String> environment, String system, Path home) {
        var xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        var local = environment.getOrDefault("LOCALAPPDATA", "");
        Path caches;
        if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
            caches = Path.of(xdg);
        } else if (system.startsWith("Mac")) {
            caches = home.resolve("Library/Caches");
        } else if (system.startsWith("Windows") && !local.isEmpty()) {
            caches = Path.of(local);
        } else {
            caches = home.resolve(".cache");
        }
        return new ArchiveFolder(caches.resolve("clusterpool"));
    }

    Path lock() {
        return path.resolve("training.lock");
    }

    Path temporary(long pid) {
        return path.resolve(pid + TEMPORARY);
    }

    /** Code is loaded from here, so nobody else may write here. */
    void create() throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        }
        if (!Files.isWritable(path)) {
            throw new AccessDeniedException(path.toString());
        }
    }

    /** The undamaged archive of {@code key}; a damaged one is deleted. */
    Optional<Path> find(String key) throws IOException {
        for (var file : list(ARCHIVE)) {
            if (!name(file).startsWith(key + "-")) {
                continue;
            }
            if (name(file).equals(archiveName(key, file))) {
                touch(file);
                return Optional.of(file);
            }
            deleteQuietly(file);
        }
        return Optional.empty();
    }

    boolean hasFailed(String key) {
        return Files.exists(path.resolve(key + FAILED));
    }

    void markFailed(String key) throws IOException {
        Files.writeString(path.resolve(key + FAILED), "");
        prune();
    }

    void keep(String key, Path temporary) throws IOException {
        try (var file = FileChannel.open(temporary, StandardOpenOption.READ)) {
            file.force(true);
        }
        Files.move(temporary, path.resolve(archiveName(key, temporary)), StandardCopyOption.ATOMIC_MOVE);
        prune();
    }

    void deleteTemporary() throws IOException {
        list(TEMPORARY).forEach(ArchiveFolder::deleteQuietly);
    }

    /** Keeps what was used last. */
    void prune() throws IOException {
        list(FAILED).stream().skip(MOST_FILES).forEach(ArchiveFolder::deleteQuietly);
        var bytes = 0L;
        var files = 0;
        for (var file : list(ARCHIVE)) {
            bytes += Files.size(file);
            files++;
            if (files > MOST_FILES || bytes > MOST_BYTES) {
                deleteQuietly(file);
            }
        }
    }

    /** The newest first. */
    private List<Path> list(String ending) throws IOException {
        try (var files = Files.list(path)) {
            return files.filter(file -> name(file).endsWith(ending))
                    .sorted(Comparator.comparing(ArchiveFolder::time).reversed())
                    .toList();
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException notOurs) {
            // then it is an older file than it might be
        }
    }

    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stillInUse) {
            // the next pruning deletes it
        }
    }

    private static String archiveName(String key, Path file) throws IOException {
        var sum = new CRC32C();
        try (var bytes = new CheckedInputStream(Files.newInputStream(file), sum)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
        return "%s-%08x%s".formatted(key, sum.getValue(), ARCHIVE);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
