package io.github.clusterpool.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/** Files that only their owner may read: made so from their first byte on, and not taken if others may read or change them. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Makes it with 0700, or finds it so. */
    static void folder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try {
                Files.createDirectory(folder, attributes(folder, FOLDER));
            } catch (FileAlreadyExistsException e) {
                // another process was faster; what it made is checked like any other
            }
        }
        requirePrivate(folder, FOLDER, "0700");
    }

    /** Whole or not at all, and only if there was none: false if there was. Leaves a file for its lock beside it. */
    static boolean create(Path file, byte[] bytes) throws IOException {
        // not by a hard link, which would need no lock: not all file systems of containers have them
        Path beside = file.resolveSibling(file.getFileName() + ".lock");
        return SharedLines.alone(() -> {
            try (FileChannel channel = open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                if (Files.exists(file)) {
                    return false;
                }
                replace(file, bytes);
                return true;
            }
        });
    }

    /** Whole or not at all, in the place of what was there. */
    static void replace(Path file, byte[] bytes) throws IOException {
        Files.move(draft(file, bytes), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path draft(Path file, byte[] bytes) throws IOException {
        Path draft = file.resolveSibling(
                file.getFileName() + "." + HexFormat.of().formatHex(Keys.randomBytes(8)) + ".draft");
        try (FileChannel out = open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        return draft;
    }

    static byte[] read(Path file, int maxBytes) throws IOException {
        requirePrivate(file, FILE, "0600");
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new TrustException(Refusal.MALFORMED, file + " must be at most " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    /** With 0600 if this makes it, else checked for that. */
    static FileChannel open(Path file, OpenOption... options) throws IOException {
        FileChannel channel = FileChannel.open(file, Set.of(options), attributes(file, FILE));
        try {
            requirePrivate(file, FILE, "0600");
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void requirePrivate(Path path, Set<PosixFilePermission> allowed, String octal) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return; // no such permissions here: whoever may read the user's folders is not ours to say
        }
        Set<PosixFilePermission> extra = EnumSet.noneOf(PosixFilePermission.class);
        extra.addAll(view.readAttributes().permissions());
        extra.removeAll(allowed);
        if (!extra.isEmpty()) {
            throw new TrustException(
                    Refusal.OPEN_TO_OTHERS,
                    path + " must have permissions " + octal + ", got "
                            + PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))
                            + "; if nobody has read or changed it, run: chmod " + octal + " '" + path + "'");
        }
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
