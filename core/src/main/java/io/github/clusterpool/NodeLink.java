package io.github.clusterpool;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What ties a node to one pool: the ways there and back, and the right to start work. */
record NodeLink(
        Uplink uplink,
        Inbox<NodeHost.ForPool> inbox,
        Lease lease,
        @Nullable BlobLink blobs,
        boolean sharesFiles) {
    /** To a pool in this JVM: no message is lost or too large, and who is frozen is so together with it. */
    static NodeLink local(ActorRef<PoolSupervisor.Command> supervisor, long now) {
        return new NodeLink(new Uplink(supervisor), new Inbox<>(), new Lease(Long.MAX_VALUE, now), null, false);
    }

    /** By the way of that number; with {@code sharesFiles} what is large may stay in files of the other end. */
    static NodeLink remote(
            long way,
            ActorRef<PoolSupervisor.Command> supervisor,
            BlobLink blobs,
            boolean sharesFiles,
            PoolConfig config,
            long now) {
        return new NodeLink(
                new Uplink(way, supervisor, blobs, config.blob().memoryHere()),
                new Inbox<>(),
                new Lease(config.lease().lost().toNanos(), now),
                blobs,
                sharesFiles);
    }
}
