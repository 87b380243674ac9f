package io.github.clusterpool;

import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The way from a node's workers to their pool; between JVMs it numbers what they say, so that a loss is noticed. */
final class Uplink {
    private static final long LOOK_AGAIN_NANOS = 5_000_000;

    private final long way;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final @Nullable BlobLink blobs;
    private final long mostKept;
    private long sent;

    /** To a pool in this JVM. */
    Uplink(ActorRef<PoolSupervisor.Command> supervisor) {
        this(0, supervisor, null, 0);
    }

    /** To a pool in another JVM, by the way of that number; {@code mostKept} bytes of results may wait for it to take them. */
    Uplink(long way, ActorRef<PoolSupervisor.Command> supervisor, @Nullable BlobLink blobs, long mostKept) {
        this.way = way;
        this.supervisor = supervisor;
        this.blobs = blobs;
        this.mostKept = mostKept;
    }

    /** Workers speak on several threads, their numbers go out in order. */
    void tell(PoolSupervisor.FromWorker message) {
        tell(message, false);
    }

    /**
     * As {@link #tell(PoolSupervisor.FromWorker)}.
     *
     * @param more whether the next message is about to come, for which this one may wait a little
     */
    void tell(PoolSupervisor.FromWorker message, boolean more) {
        if (blobs == null) {
            supervisor.tell(message);
            return;
        }
        synchronized (this) {
            PoolSupervisor.FromNode numbered = new PoolSupervisor.FromNode(way, ++sent, message);
            if (more && supervisor instanceof RemoteRef<PoolSupervisor.Command> remote) {
                remote.tellWithNext(numbered);
            } else {
                supervisor.tell(numbered);
            }
        }
    }

    /** Lets nothing wait any longer for a next message that has not come. */
    void sendHeld() {
        if (supervisor instanceof RemoteRef<PoolSupervisor.Command> remote) {
            remote.sendHeld();
        }
    }

    /** The number of the last message. */
    synchronized long sent() {
        return sent;
    }

    /**
     * What a message has in the place of an outcome. Who makes results faster than the pool takes them waits here, on
     * the worker's thread, unless that is {@code pointless}; an interrupt is a reason to look again.
     */
    byte[] content(byte[] outcome, TaskLane lane, BooleanSupplier pointless) {
        if (blobs == null || !blobs.isLarge(outcome.length)) {
            return outcome;
        }
        while (blobs.kept() > 0 && blobs.kept() + outcome.length > mostKept && !pointless.getAsBoolean()) {
            try {
                lane.sleep(LOOK_AGAIN_NANOS);
            } catch (InterruptedException e) {
                // whoever interrupts has said why before
            }
        }
        return blobs.content(outcome);
    }
}
