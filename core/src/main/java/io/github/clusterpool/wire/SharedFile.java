package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A blob in a file that its process keeps open, and others of this machine read there. After the blob comes its reference,
 * which is written last: by that they know that it is this file, and whole, and not what came to have its descriptor later.
 */
public final class SharedFile {
    private SharedFile() {}

    /** Writes one; null if no other process could find it. */
    public static @Nullable NamelessFile write(BlobRef ref, byte[] array, int from) throws IOException {
        NamelessFile file = begin(array, from, ref.size());
        if (file != null) {
            end(file, ref);
        }
        return file;
    }

    /** Writes a blob, which is of use to others once its reference is at its {@link #end}; null if they could not find it. */
    public static @Nullable NamelessFile begin(byte[] array, int from, int length) throws IOException {
        NamelessFile file = new NamelessFile();
        if (file.descriptor() == NamelessFile.UNKNOWN) {
            file.close();
            return null;
        }
        write(file, 0, array, from, length);
        return file;
    }

    /** Says what was written. */
    public static void end(NamelessFile file, BlobRef ref) throws IOException {
        write(file, ref.size(), ref.toBytes(), 0, BlobRef.BYTES);
    }

    private static void write(NamelessFile file, long at, byte[] array, int from, int length) throws IOException {
        try {
            file.opened().write(at, array, from, length);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * The one that a process has open, for {@link Blob#read}; what it takes is given back when nobody here holds it and
     * there.
     *
     * @throws IOException if that blob is not there, or not all of it
     */
    public static OpenFile open(long process, int descriptor, BlobRef ref) throws IOException {
        Path path = Path.of("/proc", Long.toString(process), "fd", Integer.toString(descriptor));
        if (!Files.isRegularFile(path)) {
            throw new IOException("descriptor " + descriptor + " of process " + process + " must be a file");
        }
        OpenFile file = new OpenFile(new RandomAccessFile(path.toFile(), "r"));
        boolean right = false;
        try {
            right = ends(file, ref);
        } finally {
            if (!right) {
                file.close();
            }
        }
        if (!right) {
            throw new IOException("descriptor " + descriptor + " of process " + process + " must hold blob " + ref);
        }
        return file;
    }

    private static boolean ends(OpenFile file, BlobRef ref) throws IOException {
        if (file.length() != (long) ref.size() + BlobRef.BYTES) {
            return false;
        }
        byte[] end = new byte[BlobRef.BYTES];
        file.readFully(ref.size(), end, 0, end.length);
        return Arrays.equals(end, ref.toBytes());
    }
}
