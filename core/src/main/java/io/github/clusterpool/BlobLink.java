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
    private final @Nullable KeptFiles files;
    private final AtomicLong kept = new AtomicLong();

    private record Held(KeptFiles.Kept file, int times) {}

    /** What is in files alone, as often as it was offered and not taken yet; guarded by this. */
    private final Map<BlobRef, Held> held = new HashMap<>();

    BlobLink(ActorRef<BlobPort.Command> port, int threshold) {
        this(port, threshold, null);
    }

    /** With the {@code files} that some references stand for which are given as contents; null: there are none. */
    BlobLink(ActorRef<BlobPort.Command> port, int threshold, @Nullable KeptFiles files) {
        this.port = port;
        this.threshold = threshold;
        this.files = files;
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
            offerFile(bytes);
            return bytes;
        }
        return isLarge(bytes.length) ? reference(bytes, 0, bytes.length) : bytes;
    }

    /** The reference to part of an array, which is kept as it is until the other end has taken it. */
    byte[] reference(byte[] array, int from, int length) {
        BlobRef ref = BlobRef.of(array, from, length);
        offer(ref, new BlobSource.Memory(array, from));
        return ref.toBytes();
    }

    /** Held at once: by the time that the port hears of it, nobody else may need it any more. */
    private synchronized void offerFile(byte[] content) {
        BlobRef ref = BlobRef.read(content);
        Held known = held.get(ref);
        KeptFiles.Kept file = known != null ? known.file() : files == null ? null : files.hold(content);
        if (file != null) { // else there is nothing to offer, and who asks for it is told so
            held.put(ref, new Held(file, known == null ? 1 : known.times() + 1));
            offer(ref, file);
        }
    }

    /** Before the message that has the reference. */
    private void offer(BlobRef ref, BlobSource source) {
        kept.addAndGet(ref.size());
        port.tell(new BlobPort.Offer(ref, source));
    }

    /** The other end has the blob, or wants it no more. */
    void taken(BlobRef ref) {
        kept.addAndGet(-ref.size());
        port.tell(new BlobPort.Taken(ref));
        letGo(ref);
    }

    private synchronized void letGo(BlobRef ref) {
        Held known = held.get(ref);
        if (known != null && known.times() > 1) {
            held.put(ref, new Held(known.file(), known.times() - 1));
        } else if (known != null) {
            held.remove(ref);
            known.file().letGo();
        }
    }

    /** The other end is gone, and takes nothing more. */
    synchronized void close() {
        held.values().forEach(each -> each.file().letGo());
        held.clear();
    }

    /** Bytes that the other end has not taken yet. */
    long kept() {
        return kept.get();
    }

    void fetch(Blob blob, Runnable then) {
        port.tell(new BlobPort.Fetch(blob, then));
    }
}
