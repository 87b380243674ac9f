package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a conversation between two JVMs: what is said here comes there once and in order, whatever is lost on the way.
 * What is large goes as a blob. So many messages may be under way; the others wait here.
 */
final class Talk {
    /**
     * One message.
     *
     * @param side who says it
     * @param talk which conversation it belongs to: nobody else knows that number
     * @param number 1 for the first; 0: says only what has been heard
     * @param heard how many messages of the other end have come, whole
     * @param content the message itself, or the reference to a blob
     */
    record Said(Side side, long talk, long number, long heard, byte[] content) implements PoolMessage {}

    /** Who may say what depends on it. */
    enum Side {
        CLIENT,
        POOL,
        /** Copies of a pool, to each other. */
        COPY
    }

    /** Messages under way, at most. */
    static final int WINDOW = 256;

    /** So many are heard without a word of our own before we say so. */
    private static final int SILENT = WINDOW / 8;

    /** Longer than a busy machine keeps anybody waiting. */
    private static final long PATIENCE_NANOS = 2_000_000_000;

    private static final byte[] NOTHING = {};

    private record Sent(Said said, long nanos) {}

    private record Came(byte[] content, @Nullable Blob blob) {}

    private final Side side;
    private final Side other;
    private final long id;
    private final BlobLink blobs;
    private final Consumer<Said> way;
    private final Runnable onBlob;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Deque<Sent> unheard = new ArrayDeque<>();
    private final Inbox<byte[]> inbox = new Inbox<>();
    private final Deque<Came> arriving = new ArrayDeque<>();
    private long said;
    private long heard;
    private long toldHeard;

    /** With {@code onBlob} to be done, on any thread, when it is worth the while to ask for the {@link #next} message. */
    Talk(Side side, long id, BlobLink blobs, Consumer<Said> way, Runnable onBlob) {
        this.side = side;
        this.other = side == Side.CLIENT ? Side.POOL : side == Side.POOL ? Side.CLIENT : Side.COPY;
        this.id = id;
        this.blobs = blobs;
        this.way = way;
        this.onBlob = onBlob;
    }

    // ---- what is said

    /** Says something now, or as soon as the other end has heard enough of what was said before; returns its number. */
    long say(byte[] content, long nanos) {
        waiting.add(content);
        sendWaiting(nanos);
        return said + waiting.size();
    }

    private void sendWaiting(long nanos) {
        while (!waiting.isEmpty() && unheard.size() < WINDOW) {
            Said next = new Said(side, id, ++said, heard, blobs.content(waiting.remove()));
            unheard.add(new Sent(next, nanos));
            send(next);
        }
    }

    private void send(Said message) {
        toldHeard = heard;
        way.accept(message);
    }

    /** The number up to which the other end has heard all. */
    long heardThere() {
        return said - unheard.size();
    }

    /** Whether the other end has heard all that was said. */
    boolean isAllHeard() {
        return waiting.isEmpty() && unheard.isEmpty();
    }

    // ---- what is heard

    /** Takes in what has come; then the {@link #next} message may be there. */
    void take(Said message, long nanos) {
        if (message.talk() != id || message.side() != other) {
            return;
        }
        while (!unheard.isEmpty() && unheard.element().said().number() <= message.heard()) {
            byte[] content = unheard.remove().said().content();
            if (BlobRef.isRef(content)) {
                blobs.taken(BlobRef.read(content));
            }
        }
        sendWaiting(nanos);
        if (message.number() > 0 && !inbox.put(message.number(), message.content())) {
            send(new Said(side, id, 0, heard, NOTHING)); // said once more, so what tells that it was heard was lost
        }
        for (byte[] content = inbox.poll(); content != null; content = inbox.poll()) {
            arriving.add(new Came(content, BlobRef.isRef(content) ? fetch(BlobRef.read(content)) : null));
        }
    }

    private Blob fetch(BlobRef ref) {
        Blob blob = null;
        for (Came each : arriving) {
            blob = each.blob() != null && each.blob().ref().equals(ref) ? each.blob() : blob;
        }
        blob = blob == null ? Blob.inMemory(ref) : blob;
        blobs.fetch(blob, onBlob);
        return blob;
    }

    /**
     * The next message; null if none is there that is whole.
     *
     * @throws PoolException if it cannot be had at all
     */
    byte @Nullable [] next() {
        Came came = arriving.peek();
        if (came == null || (came.blob() != null && !came.blob().isSettled())) {
            return null;
        }
        arriving.remove();
        heard++;
        if (heard - toldHeard >= SILENT) {
            send(new Said(side, id, 0, heard, NOTHING));
        }
        return came.blob() == null ? came.content() : whole(came.blob());
    }

    /** Hands over all messages that are there and whole. */
    void hear(Consumer<byte[]> to) {
        for (byte[] content = next(); content != null; content = next()) {
            to.accept(content);
        }
    }

    private static byte[] whole(Blob blob) {
        String broken = blob.broken();
        if (broken != null) {
            throw new PoolException("a message of " + blob.ref().size() + " bytes did not arrive: " + broken, null);
        }
        return blob.array();
    }

    /** Says at once what was heard, if anything, for somebody waits for that. */
    void answer() {
        if (toldHeard != heard) {
            send(new Said(side, id, 0, heard, NOTHING));
        }
    }

    // ---- time

    /** To be called a few times a second: says what was heard, and once more what was not heard for long. */
    void tick(long nanos) {
        if (!unheard.isEmpty() && nanos - unheard.element().nanos() > PATIENCE_NANOS) {
            Deque<Sent> again = new ArrayDeque<>(unheard);
            unheard.clear();
            for (Sent sent : again) {
                Said message = sent.said();
                Said fresh = new Said(side, id, message.number(), heard, message.content());
                unheard.add(new Sent(fresh, nanos));
                send(fresh);
            }
        } else {
            answer();
        }
    }
}
