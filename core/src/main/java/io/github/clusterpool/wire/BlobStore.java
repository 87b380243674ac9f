package io.github.clusterpool.wire;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of one node: in memory up to a limit, then in files up to another. Beyond that those go that were wanted least
 * recently; who holds one that went can still read it, and what it takes is freed when all have let go, or the collector
 * has seen that nobody holds it.
 *
 * <p>Not thread-safe.
 */
public final class BlobStore {
    private final long mostOfOneInMemory;
    private final long mostInMemory;
    private final long mostInFiles;
    private final Map<BlobRef, Blob> blobs = new LinkedHashMap<>(16, 0.75f, true);
    private long inMemory;
    private long inFiles;
    private long evictedFromFiles;

    /** An empty store; limits in bytes. One large blob in memory shall not drive out all others. */
    public BlobStore(long mostInMemory, long mostInFiles) {
        this(mostInMemory, mostInMemory / 2, mostInFiles);
    }

    /** The same, with a limit for one blob in memory. */
    public BlobStore(long mostInMemory, long mostOfOneInMemory, long mostInFiles) {
        this.mostOfOneInMemory = mostOfOneInMemory;
        this.mostInMemory = mostInMemory;
        this.mostInFiles = mostInFiles;
    }

    /** The blob, if it is here or on its way. */
    public @Nullable Blob find(BlobRef ref) {
        Blob known = blobs.get(ref);
        return known != null && known.broken() != null ? null : known;
    }

    /** Makes room for a blob that is to come. */
    public Blob begin(BlobRef ref) {
        Blob broken = blobs.remove(ref);
        if (broken != null) {
            drop(broken);
        }
        Blob blob = make(ref);
        inMemory += blob.isInMemory() ? ref.size() : 0;
        inFiles += blob.isInMemory() ? 0 : ref.size();
        evict(inMemory > mostInMemory, true);
        evict(inFiles > mostInFiles, false);
        blobs.put(ref, blob);
        return blob;
    }

    private Blob make(BlobRef ref) {
        return ref.size() <= mostOfOneInMemory ? Blob.inMemory(ref) : Blob.inFile(ref);
    }

    private void evict(boolean tooMuch, boolean fromMemory) {
        Iterator<Blob> oldestFirst = blobs.values().iterator();
        while (tooMuch && oldestFirst.hasNext()) {
            Blob blob = oldestFirst.next();
            if (blob.isInMemory() == fromMemory && blob.isSettled()) {
                oldestFirst.remove();
                evictedFromFiles += drop(blob) || fromMemory ? 0 : blob.ref().size();
            }
            tooMuch = fromMemory ? inMemory > mostInMemory : inFiles > mostInFiles;
        }
        freeFiles();
    }

    /** A JVM that makes little garbage may not look for any: what is held, or forgotten, shall not take more than what is here may. */
    @SuppressWarnings("SystemGc")
    private void freeFiles() {
        if (evictedFromFiles > mostInFiles) {
            evictedFromFiles = 0;
            System.gc();
        }
    }

    /** Whether nobody else holds it, so that its file is given back. */
    private boolean drop(Blob blob) {
        inMemory -= blob.isInMemory() ? blob.ref().size() : 0;
        inFiles -= blob.isInMemory() ? 0 : blob.ref().size();
        return blob.release();
    }

    /** How many blobs it knows. */
    public int size() {
        return blobs.size();
    }

    /** Bytes of those in memory, and on their way there. */
    public long memoryBytes() {
        return inMemory;
    }

    /** Bytes of those in files, and on their way there. */
    public long fileBytes() {
        return inFiles;
    }

    /** Lets all go at once. */
    public void close() {
        for (Blob blob : new ArrayList<>(blobs.values())) {
            blob.close();
        }
        blobs.clear();
        inMemory = 0;
        inFiles = 0;
    }
}
