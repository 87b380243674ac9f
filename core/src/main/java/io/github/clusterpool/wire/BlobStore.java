package io.github.clusterpool.wire;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of one node: in memory up to a limit, then in files up to another. Beyond that those go that were wanted least
 * recently; who holds one that went can still read it, and what it takes is freed when nobody holds it, and the collector
 * has seen that.
 *
 * <p>Not thread-safe.
 */
public final class BlobStore {
    private final long mostInMemory;
    private final long mostInFiles;
    private final Map<BlobRef, Blob> blobs = new LinkedHashMap<>(16, 0.75f, true);
    private long inMemory;
    private long inFiles;
    private long evictedFromFiles;

    /** An empty store; limits in bytes. */
    public BlobStore(long mostInMemory, long mostInFiles) {
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
        drop(blobs.remove(ref));
        Blob blob = make(ref);
        inMemory += blob.isInMemory() ? ref.size() : 0;
        inFiles += blob.isInMemory() ? 0 : ref.size();
        evict(inMemory > mostInMemory, true);
        evict(inFiles > mostInFiles, false);
        blobs.put(ref, blob);
        return blob;
    }

    /** Memory is for the small ones: one large one shall not drive out all others. */
    private Blob make(BlobRef ref) {
        return ref.size() <= mostInMemory / 2 ? Blob.inMemory(ref) : Blob.inFile(ref);
    }

    private void evict(boolean tooMuch, boolean fromMemory) {
        Iterator<Blob> oldestFirst = blobs.values().iterator();
        while (tooMuch && oldestFirst.hasNext()) {
            Blob blob = oldestFirst.next();
            if (blob.isInMemory() == fromMemory && blob.isSettled()) {
                oldestFirst.remove();
                drop(blob);
                evictedFromFiles += fromMemory ? 0 : blob.ref().size();
            }
            tooMuch = fromMemory ? inMemory > mostInMemory : inFiles > mostInFiles;
        }
        freeFiles();
    }

    /** A JVM that makes little garbage may not look for any: what went shall not take more than what is here may. */
    @SuppressWarnings("SystemGc")
    private void freeFiles() {
        if (evictedFromFiles > mostInFiles) {
            evictedFromFiles = 0;
            System.gc();
        }
    }

    private void drop(@Nullable Blob blob) {
        if (blob != null && blob.isInMemory()) {
            inMemory -= blob.ref().size();
        } else if (blob != null) {
            inFiles -= blob.ref().size();
        }
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
