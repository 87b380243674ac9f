package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Which of a pool's nodes gets a blob from which: the first few from the pool itself, and every other one from a node that
 * began before it and has nobody to serve yet, so that the way out of the pool's own machine is taken only so often.
 * Thread-safe.
 */
final class Spread {
    /** Nodes that the pool itself serves. */
    static final int CHAINS = 4;

    /** The last nodes of each blob's chains. */
    private final Map<BlobRef, Deque<ActorRef<BlobPort.Command>>> ends = new HashMap<>();

    /** Whom a node that wants a blob is to ask; null: the pool itself. */
    synchronized @Nullable ActorRef<BlobPort.Command> join(BlobRef ref, ActorRef<BlobPort.Command> node) {
        Deque<ActorRef<BlobPort.Command>> last = ends.computeIfAbsent(ref, each -> new ArrayDeque<>());
        last.add(node);
        return last.size() <= CHAINS ? null : last.remove();
    }

    /** That node has the blob, or is gone: nobody else is sent there. */
    synchronized void leave(BlobRef ref, ActorRef<BlobPort.Command> node) {
        Deque<ActorRef<BlobPort.Command>> last = ends.get(ref);
        if (last != null && last.remove(node) && last.isEmpty()) {
            ends.remove(ref);
        }
    }

    synchronized boolean isEmpty() {
        return ends.isEmpty();
    }
}
