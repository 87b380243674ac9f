package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import io.github.clusterpool.wire.Contents;

/** The blobs that a node has of its pool: each comes once, for all workers here. For the node's own thread. */
final class NodeBlobs {
    /** What is in files of another JVM of this machine costs little to get again, and takes of its memory or disk. */
    private static final long MOST_IN_FILES_OF_OTHERS = 512L * 1024 * 1024;

    private final BlobLink link;
    private final Uplink uplink;
    private final BlobStore store;

    /** With {@code sharesFiles} what is large may stay in files of the other end. */
    NodeBlobs(BlobLink link, Uplink uplink, PoolConfig.Blob limits, boolean sharesFiles) {
        this.link = link;
        this.uplink = uplink;
        this.store = sharesFiles
                ? new BlobStore(
                        limits.memoryHere(),
                        Math.min(limits.memoryHere() / 2, BlobFiles.LEAST_BYTES - 1),
                        Math.min(limits.disk(), MOST_IN_FILES_OF_OTHERS))
                : new BlobStore(limits.memoryHere(), limits.disk());
    }

    /**
     * Begins to fetch what these refer to and is not here.
     *
     * @param came is done, on any thread, each time that one of them has come
     */
    Contents fetch(WorkerRef ref, Runnable came, byte[]... contents) {
        Contents all = Contents.WHOLE;
        for (byte[] content : contents) {
            if (BlobRef.isRef(content)) {
                Contents before = all; // held at once: to make room for the next one may cost the store this one
                all = before.with(fetch(ref, came, BlobRef.read(content)));
                before.close();
            }
        }
        return all;
    }

    private Blob fetch(WorkerRef ref, Runnable came, BlobRef wanted) {
        Blob known = store.find(wanted);
        Blob blob = known == null ? store.begin(wanted) : known;
        link.fetch(blob, () -> {
            uplink.tell(new PoolSupervisor.BlobTaken(ref, wanted));
            came.run();
        });
        return blob;
    }

    void close() {
        store.close();
    }
}
