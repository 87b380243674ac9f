package io.github.clusterpool;

import org.apache.pekko.actor.typed.ActorRef;

/** What ties a node to one pool: the ways there and back, and the right to start work. */
record NodeLink(Uplink uplink, Inbox<NodeHost.ForPool> inbox, Lease lease) {
    /** To a pool in this JVM: no message is lost, and who is frozen is so together with it. */
    static NodeLink local(ActorRef<PoolSupervisor.Command> supervisor, long now) {
        return new NodeLink(new Uplink(supervisor, false), new Inbox<>(), new Lease(Long.MAX_VALUE, now));
    }

    static NodeLink remote(ActorRef<PoolSupervisor.Command> supervisor, PoolConfig.Lease lease, long now) {
        return new NodeLink(
                new Uplink(supervisor, true),
                new Inbox<>(),
                new Lease(lease.lost().toNanos(), now));
    }
}
