package io.github.clusterpool;

import org.apache.pekko.actor.typed.ActorRef;

/** The way from a node's workers to their pool; between JVMs it numbers what they say, so that a loss is noticed. */
final class Uplink {
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final boolean numbered;
    private long sent;

    Uplink(ActorRef<PoolSupervisor.Command> supervisor, boolean numbered) {
        this.supervisor = supervisor;
        this.numbered = numbered;
    }

    /** Workers speak on several threads, their numbers go out in order. */
    void tell(PoolSupervisor.FromWorker message) {
        if (!numbered) {
            supervisor.tell(message);
            return;
        }
        synchronized (this) {
            supervisor.tell(new PoolSupervisor.FromNode(++sent, message));
        }
    }

    /** The number of the last message. */
    synchronized long sent() {
        return sent;
    }
}
