package io.github.clusterpool;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The pool's end of the way to one node and back. Between JVMs messages are numbered, and a message that is lost stays
 * lost: the node's signs of life stop counting, and so its workers are replaced before anybody waits for ever.
 */
final class Downlink {
    private final ActorRef<NodeHost.Command> host;
    private final boolean numbered;
    private final Inbox<PoolSupervisor.FromWorker> inbox = new Inbox<>();
    private long sent;

    /** How things stood at the last sign of life that counted. */
    private record Marks(long sent, long received, PoolSupervisor.NodeBeat beat) {}

    private @Nullable Marks last;

    Downlink(ActorRef<NodeHost.Command> host, boolean numbered) {
        this.host = host;
        this.numbered = numbered;
    }

    void tell(NodeHost.ForPool message) {
        host.tell(numbered ? new NodeHost.FromPool(++sent, message) : message);
    }

    /** For what may be lost, or come in any order. */
    void tellAside(NodeHost.Command message) {
        host.tell(message);
    }

    Inbox<PoolSupervisor.FromWorker> inbox() {
        return inbox;
    }

    /** Whether a sign of life counts: since the last one that did, messages got through both ways, or none was due. */
    boolean counts(PoolSupervisor.NodeBeat beat) {
        Marks before = last;
        boolean counts = before == null
                || (beat.sentNanos() - before.beat().sentNanos() > 0
                        && getsOn(before.beat().received(), beat.received(), before.sent())
                        && getsOn(
                                before.received(),
                                inbox.received(),
                                before.beat().sent()));
        if (counts) {
            last = new Marks(sent, inbox.received(), beat);
        }
        return counts;
    }

    private static boolean getsOn(long before, long now, long due) {
        return now > before || now >= due;
    }
}
