package io.github.clusterpool.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that come piece by piece, in memory or in a file without a name; of use once all are here and have the digest
 * that they are known by. Those in a file of this machine are in the hands of who computed that digest, and in no others
 * before: a checksum, which takes a tenth of the time, tells whether it is that file.
 *
 * <p>One thread adds pieces; any thread may ask and, once it is here, read.
 */
public final class Blob {
    private static final int TRIES = 3;

    private final BlobRef ref;
    private final byte @Nullable [] memory;
    private volatile @Nullable NamelessFile file;
    private volatile @Nullable SharedFile shared;
    private BlobDigest digest = new BlobDigest();
    private final CRC32C checksum = new CRC32C();
    private int reached;
    private int tries;
    private volatile boolean here;
    private volatile @Nullable String broken;

    private Blob(BlobRef ref, byte @Nullable [] memory) {
        this.ref = ref;
        this.memory = memory;
    }

    /** One to be kept in memory. */
    public static Blob inMemory(BlobRef ref) {
        return new Blob(ref, new byte[ref.size()]);
    }

    static Blob inFile(BlobRef ref) {
        return new Blob(ref, null);
    }

    /** One that never comes. */
    public static Blob broken(BlobRef ref, String reason) {
        Blob blob = new Blob(ref, null);
        blob.breakOff(reason);
        return blob;
    }

    /** What it is known by. */
    public BlobRef ref() {
        return ref;
    }

    /** Whether it is, or will be, kept in memory. */
    public boolean isInMemory() {
        return memory != null;
    }

    /** Bytes that have come, without a gap. */
    public int reached() {
        return reached;
    }

    /** Whether nothing more is to come: it is here, or broken. */
    public boolean isSettled() {
        return here || broken != null;
    }

    /** Why it will never be here; null if it is or may be. */
    public @Nullable String broken() {
        return broken;
    }

    /** Gives it up. */
    public void breakOff(String reason) {
        if (!here) {
            broken = "blob " + ref + " " + reason;
        }
    }

    /** Takes a piece in if it is the next one; what has another digest in the end is begun again, and in the end given up. */
    public void add(int offset, byte[] array, int from, int length) {
        if (isSettled() || offset != reached || length > ref.size() - reached) {
            return;
        }
        try {
            keep(array, from, length);
        } catch (IOException e) {
            breakOff("could not be kept: " + e.getMessage());
            return;
        }
        digest.update(array, from, length);
        reached += length;
        if (reached == ref.size()) {
            verify();
        }
    }

    /**
     * Takes the next bytes, at most so many, from a file that holds all of it and stays as it is: a blob that is not kept
     * in memory stays in that file.
     *
     * @return false if it is not that file: then all has to come piece by piece
     */
    public boolean read(SharedFile whole, long crc32c, int most) {
        ByteBuffer part = whole.part(reached, Math.min(most, ref.size() - reached));
        checksum.update(part.duplicate());
        if (memory != null) {
            part.get(memory, reached, part.remaining());
        }
        reached += part.capacity();
        if (reached == ref.size() && checksum.getValue() != crc32c) {
            reached = 0;
            return false;
        }
        if (reached == ref.size()) {
            shared = memory == null ? whole : null;
            here = true;
        }
        return true;
    }

    private void keep(byte[] array, int from, int length) throws IOException {
        if (memory != null) {
            System.arraycopy(array, from, memory, reached, length);
            return;
        }
        NamelessFile own = file == null ? new NamelessFile() : file;
        file = own;
        own.write(reached, array, from, length);
    }

    private void verify() {
        if (digest.end().equals(ref.sha256())) {
            here = true;
        } else if (++tries == TRIES) {
            breakOff("came with another digest " + TRIES + " times");
        } else {
            reached = 0;
            digest = new BlobDigest();
        }
    }

    /**
     * A copy of bytes that have come, for the thread that adds pieces; null if they cannot be read yet, as those in a
     * file of this machine before it is checked.
     *
     * @throws IOException if they cannot be read, now or later
     */
    public byte @Nullable [] part(int at, int length) throws IOException {
        if (memory != null) {
            return Arrays.copyOfRange(memory, at, at + length);
        }
        NamelessFile own = file;
        SharedFile other = shared;
        byte[] part = new byte[length];
        if (own != null) {
            own.readFully(at, part);
        } else if (other != null) {
            other.part(at, length).get(part);
        } else if (isSettled()) {
            throw new IOException("blob " + ref + " was let go");
        } else {
            return null;
        }
        return part;
    }

    /** The bytes of a blob that is here, all at once. */
    public byte[] array() {
        requireHere();
        if (memory == null) {
            throw new IllegalStateException("blob " + ref + " must be in memory, and is in a file");
        }
        return memory;
    }

    /** The bytes of a blob that is here, one after another. */
    public InputStream open() {
        requireHere();
        NamelessFile own = file;
        SharedFile other = shared;
        return own != null ? own.open() : other != null ? other.open() : new ByteArrayInputStream(array());
    }

    private void requireHere() {
        if (!here) {
            String reason = broken;
            throw new IllegalStateException(reason != null ? reason : "blob " + ref + " must be here, and is not");
        }
    }

    /** Gives back what it holds; it is of no use any more. */
    void close() {
        breakOff("was let go");
        NamelessFile kept = file;
        if (kept != null) {
            kept.close();
        }
        shared = null;
    }
}
