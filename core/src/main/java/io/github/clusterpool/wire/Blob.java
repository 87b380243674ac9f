package io.github.clusterpool.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that come piece by piece, in memory or in a file without a name; of use once all are here and have the digest
 * that they are known by. Those in a file of this machine are in the hands of who computed that digest, and in no others
 * before: that it is this file is all there is to check.
 *
 * <p>One thread adds pieces; any thread may ask and, once it is here, read. Who begins it holds it, and whom it is given to
 * may: when the last one has let go, its file is given back. Who forgets to let go leaves that to the collector.
 */
public final class Blob {
    private static final int TRIES = 3;

    private final BlobRef ref;
    private final byte @Nullable [] memory;
    private final AtomicInteger holders = new AtomicInteger(1);
    private volatile @Nullable OpenFile file;
    private BlobDigest digest = new BlobDigest();
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
     * in memory stays in that file, at once.
     *
     * @throws IOException if they cannot be read: then all has to come piece by piece
     */
    public void read(OpenFile whole, int most) throws IOException {
        if (memory == null) {
            file = whole;
            reached = ref.size();
        } else {
            reached += readPart(whole, memory, Math.min(most, ref.size() - reached));
        }
        if (reached == ref.size()) {
            here = true;
        }
    }

    private int readPart(OpenFile whole, byte[] into, int length) throws IOException {
        try {
            whole.readFully(reached, into, reached, length);
            return length;
        } catch (IOException e) {
            reached = 0;
            throw e;
        }
    }

    private void keep(byte[] array, int from, int length) throws IOException {
        if (memory != null) {
            System.arraycopy(array, from, memory, reached, length);
            return;
        }
        OpenFile own = file == null ? new NamelessFile().opened() : file;
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
     * A copy of bytes that have come, for the thread that adds pieces.
     *
     * @throws IOException if they cannot be read any more
     */
    public byte[] part(int at, int length) throws IOException {
        if (memory != null) {
            return Arrays.copyOfRange(memory, at, at + length);
        }
        OpenFile kept = file;
        if (kept == null) {
            throw new IOException("blob " + ref + " was let go");
        }
        byte[] part = new byte[length];
        kept.readFully(at, part, 0, length);
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
        OpenFile kept = file;
        return kept != null ? kept.stream(ref.size()) : new ByteArrayInputStream(array());
    }

    private void requireHere() {
        if (!here) {
            String reason = broken;
            throw new IllegalStateException(reason != null ? reason : "blob " + ref + " must be here, and is not");
        }
    }

    /** Holds it too, until {@link #release}. For who has it from one that holds it. */
    Blob retain() {
        holders.incrementAndGet();
        return this;
    }

    /**
     * Lets it go.
     *
     * @return whether nobody holds it now
     */
    boolean release() {
        boolean last = holders.decrementAndGet() == 0;
        if (last) {
            close();
        }
        return last;
    }

    /** Gives back what it holds; if that is a file, it is of no use any more. */
    void close() {
        breakOff("was let go");
        OpenFile kept = file;
        if (kept != null) {
            kept.close();
        }
    }
}
