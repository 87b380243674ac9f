package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says, in order and whole: what refers to a blob waits until that is here, and all behind it. So
 * the pool counts no outcome that is still at the node, and what is lost on the way is lost with its worker.
 */
final class Arrivals {
    private static final byte[] NONE = {};

    private record Arrival(
            PoolSupervisor.FromWorker message, @Nullable Blob blob) {}

    private final String pool;
    private final Downlink link;
    private final BlobLink blobs;
    private final long largest;
    private final Runnable onCame;
    private final Deque<Arrival> waiting = new ArrayDeque<>();

    /**
     * With {@code onCame} to be done, on any thread, when it is worth the while to {@link #poll}.
     *
     * @param largest bytes of a blob
     */
    Arrivals(String pool, Downlink link, BlobLink blobs, long largest, Runnable onCame) {
        this.pool = pool;
        this.link = link;
        this.blobs = blobs;
        this.largest = largest;
        this.onCame = onCame;
    }

    /** The blob in which the content of a message is; null if it is in the message. */
    static @Nullable BlobRef blob(PoolSupervisor.FromWorker message) {
        byte[] content = content(message);
        return BlobRef.isRef(content) ? BlobRef.read(content) : null;
    }

    /** Nobody waits any more: what did not come need not be kept at the node. */
    void forget() {
        for (Arrival each : waiting) {
            if (each.blob() != null) {
                link.tell(new NodeHost.BlobTaken(pool, each.blob().ref()));
            }
        }
        waiting.clear();
    }

    /** Takes the next message in; gives it back if nothing has to wait. */
    PoolSupervisor.@Nullable FromWorker pass(PoolSupervisor.FromWorker message) {
        BlobRef blob = blob(message);
        if (blob == null && waiting.isEmpty()) {
            return message;
        }
        waiting.add(new Arrival(message, blob == null ? null : fetch(blob)));
        return null;
    }

    /** The next message that has waited and need not any more; null for none. */
    PoolSupervisor.@Nullable FromWorker poll() {
        Arrival next = waiting.peek();
        if (next == null || (next.blob() != null && !next.blob().isSettled())) {
            return null;
        }
        waiting.remove();
        if (next.blob() == null) {
            return next.message();
        }
        link.tell(new NodeHost.BlobTaken(pool, next.blob().ref()));
        return whole(next.message(), next.blob());
    }

    private Blob fetch(BlobRef ref) {
        Blob blob = null;
        for (Arrival each : waiting) {
            blob = each.blob() != null && each.blob().ref().equals(ref) ? each.blob() : blob;
        }
        if (blob == null) {
            boolean tooLarge = ref.size() > largest;
            blob = tooLarge ? Blob.broken(ref, "is larger than " + largest + " bytes") : Blob.inMemory(ref);
        }
        blobs.fetch(blob, onCame);
        return blob;
    }

    private static byte[] content(PoolSupervisor.FromWorker message) {
        if (message instanceof PoolSupervisor.WorkerAnswered answered) {
            return answered.answer().outcomes();
        }
        if (message instanceof PoolSupervisor.TaskAsked asked) {
            return asked.work();
        }
        return message instanceof PoolSupervisor.WorkerApplied applied ? applied.outcome() : NONE;
    }

    private static PoolSupervisor.FromWorker whole(PoolSupervisor.FromWorker message, Blob blob) {
        String broken = blob.broken();
        if (broken != null) {
            return new PoolSupervisor.WorkerGone(message.ref(), new Death("sent what did not arrive: " + broken));
        }
        if (message instanceof PoolSupervisor.WorkerAnswered answered) {
            return new PoolSupervisor.WorkerAnswered(withOutcomes(answered.answer(), blob.array()));
        }
        if (message instanceof PoolSupervisor.TaskAsked asked) {
            return new PoolSupervisor.TaskAsked(asked.ref(), asked.run(), asked.job(), blob.array());
        }
        PoolSupervisor.WorkerApplied applied = (PoolSupervisor.WorkerApplied) message;
        return new PoolSupervisor.WorkerApplied(
                applied.ref(), applied.epoch(), applied.failed(), applied.reason(), blob.array());
    }

    private static Event.Answered withOutcomes(Event.Answered answer, byte[] outcomes) {
        return new Event.Answered(
                answer.ref(),
                answer.run(),
                answer.job(),
                answer.attempt(),
                answer.first(),
                answer.count(),
                answer.failed(),
                outcomes,
                answer.sequel(),
                answer.nanos());
    }
}
