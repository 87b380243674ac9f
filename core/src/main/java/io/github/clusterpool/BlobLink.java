package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What uses one end of the way that blobs take: puts references in the place of what is too large for a message. */
final class BlobLink {
    private final ActorRef<BlobPort.Command> port;
    private final int threshold;
    private final @Nullable BlobFiles files;
    private final AtomicLong kept = new AtomicLong();

    private record InFile(byte[] content, int times) {}

    /** Those in files alone, as often as they were offered and not taken yet; guarded by this. */
    private final Map<BlobRef, InFile> inFiles = new HashMap<>();

    BlobLink(ActorRef<BlobPort.Command> port, int threshold) {
        this(port, threshold, null);
    }

    /** With {@code files} that the other end can read; null: it is on another machine. */
    BlobLink(ActorRef<BlobPort.Command> port, int threshold, @Nullable BlobFiles files) {
        this.port = port;
        this.threshold = threshold;
        this.files = files;
    }

    /** Whether what is large may stay in files of the other end. */
    boolean sharesFiles() {
        return files != null;
    }

    ActorRef<BlobPort.Command> port() {
        return port;
    }

    boolean isLarge(int bytes) {
        return bytes > threshold;
    }

    /** What goes in a message: the bytes themselves, or a reference to them. */
    byte[] content(byte[] bytes) {
        if (BlobRef.isRef(bytes)) {
            offerFromFile(BlobRef.read(bytes), bytes);
            return bytes;
        }
        return isLarge(bytes.length) ? reference(bytes, 0, bytes.length) : bytes;
    }

    /** The reference to part of an array, which is kept as it is until the other end has taken it. */
    byte[] reference(byte[] array, int from, int length) {
        BlobRef ref = BlobRef.of(array, from, length);
        InFile same = inFile(ref);
        if (same == null) {
            offer(ref, array, from);
        } else {
            offerFromFile(ref, same.content());
        }
        return ref.toBytes();
    }

    private synchronized @Nullable InFile inFile(BlobRef ref) {
        return inFiles.get(ref);
    }

    /** Held at once, for the offer may come to the port only when nobody else needs it any more. */
    private synchronized void offerFromFile(BlobRef ref, byte[] content) {
        InFile known = inFiles.get(ref);
        if (files != null && known == null) {
            files.hold(content);
        }
        inFiles.put(ref, known == null ? new InFile(content, 1) : new InFile(known.content(), known.times() + 1));
        offer(ref, known == null ? content : known.content(), 0);
    }

    /** Before the message that has the reference. */
    private void offer(BlobRef ref, byte[] array, int from) {
        kept.addAndGet(ref.size());
        port.tell(new BlobPort.Offer(ref, array, from));
    }

    /** The other end has the blob, or wants it no more. */
    void taken(BlobRef ref) {
        kept.addAndGet(-ref.size());
        port.tell(new BlobPort.Taken(ref));
        takenFromFile(ref);
    }

    private synchronized void takenFromFile(BlobRef ref) {
        InFile known = inFiles.get(ref);
        if (known != null && known.times() > 1) {
            inFiles.put(ref, new InFile(known.content(), known.times() - 1));
        } else if (known != null) {
            inFiles.remove(ref);
            letGo(known);
        }
    }

    private void letGo(InFile known) {
        if (files != null) {
            files.letGo(known.content());
        }
    }

    /** The other end is gone, and takes nothing more. */
    synchronized void close() {
        inFiles.values().forEach(this::letGo);
        inFiles.clear();
    }

    /** Bytes that the other end has not taken yet. */
    long kept() {
        return kept.get();
    }

    void fetch(Blob blob, Runnable then) {
        port.tell(new BlobPort.Fetch(blob, then));
    }
}
