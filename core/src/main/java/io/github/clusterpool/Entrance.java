package io.github.clusterpool;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** Waits until this JVM is a member, which is not to be if the others speak another protocol. */
final class Entrance {
    private final CompletableFuture<Void> in = new CompletableFuture<>();

    /** Fails with {@link PoolStartException} if the cluster is not for this version. */
    CompletableFuture<Void> in() {
        return in;
    }

    Behavior<ClusterEvent.MemberEvent> behavior() {
        return Behaviors.setup(context -> {
            Cluster cluster = Cluster.get(context.getSystem());
            Address own = cluster.selfMember().address();
            cluster.subscriptions().tell(Subscribe.create(context.getSelf(), ClusterEvent.MemberEvent.class));
            return Behaviors.receive(ClusterEvent.MemberEvent.class)
                    .onAnyMessage(event -> {
                        if (!event.member().address().equals(own)) {
                            look(event.member());
                        } else if (isIn(event)) {
                            in.complete(null);
                        }
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    /** Weakly up: some members cannot reach each other, but they reach this one. */
    private static boolean isIn(ClusterEvent.MemberEvent event) {
        return event instanceof ClusterEvent.MemberUp || event instanceof ClusterEvent.MemberWeaklyUp;
    }

    private void look(Member other) {
        Version there = Version.of(other);
        if (!Version.OWN.worksWith(there)) {
            in.completeExceptionally(new PoolStartException(
                    Messages.otherProtocol(Version.OWN, there, other.address().hostPort())));
        }
    }
}
