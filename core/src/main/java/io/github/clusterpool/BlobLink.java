package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;

/** What uses one end of the way that blobs take: puts references in the place of what is too large for a message. */
final class BlobLink {
    private final ActorRef<BlobPort.Command> port;
    private final int threshold;
    private final boolean sharesFiles;
    private final AtomicLong kept = new AtomicLong();

    BlobLink(ActorRef<BlobPort.Command> port, int threshold) {
        this(port, threshold, false);
    }

    /** With {@code sharesFiles}: the other end is on this machine, and what is large may stay in files there. */
    BlobLink(ActorRef<BlobPort.Command> port, int threshold, boolean sharesFiles) {
        this.port = port;
        this.threshold = threshold;
        this.sharesFiles = sharesFiles;
    }

    boolean sharesFiles() {
        return sharesFiles;
    }

    ActorRef<BlobPort.Command> port() {
        return port;
    }

    boolean isLarge(int bytes) {
        return bytes > threshold;
    }

    /** What goes in a message: the bytes themselves, or a reference to them. */
    byte[] content(byte[] bytes) {
        return isLarge(bytes.length) ? reference(bytes, 0, bytes.length) : bytes;
    }

    /** The reference to part of an array, which is kept as it is until the other end has taken it. */
    byte[] reference(byte[] array, int from, int length) {
        BlobRef ref = BlobRef.of(array, from, length);
        kept.addAndGet(length);
        port.tell(new BlobPort.Offer(ref, array, from)); // before the message that has the reference
        return ref.toBytes();
    }

    /** The other end has the blob, or wants it no more. */
    void taken(BlobRef ref) {
        kept.addAndGet(-ref.size());
        port.tell(new BlobPort.Taken(ref));
    }

    /** Bytes that the other end has not taken yet. */
    long kept() {
        return kept.get();
    }

    void fetch(Blob blob, Runnable then) {
        port.tell(new BlobPort.Fetch(blob, then));
    }
}
