package io.github.clusterpool;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** What one membership of a node has seen of the other members; it may be asked after its ActorSystem has ended, too. */
final class MemberWatch {
    private final LostMembers lost = new LostMembers();
    private final Set<String> others = ConcurrentHashMap.newKeySet();
    private final Set<String> nodes = ConcurrentHashMap.newKeySet();

    private final Runnable onNodes;

    /**
     * Of one membership.
     *
     * @param before other members of the time before this JVM started; none of them answers now
     * @param onNodes to be done whenever {@link #nodes} has changed
     */
    MemberWatch(List<String> before, Runnable onNodes) {
        this.onNodes = onNodes;
        before.forEach(each -> lost.add(new LostMembers.Lost(each, false, 0)));
    }

    Behavior<ClusterEvent.MemberEvent> behavior() {
        return Behaviors.setup(context -> {
            Cluster cluster = Cluster.get(context.getSystem());
            Address own = cluster.selfMember().address();
            cluster.subscriptions().tell(Subscribe.create(context.getSelf(), ClusterEvent.MemberEvent.class));
            return Behaviors.receive(ClusterEvent.MemberEvent.class)
                    .onMessage(ClusterEvent.MemberRemoved.class, removed -> {
                        // a membership ends with the news that everybody has gone
                        if (!cluster.isTerminated()
                                && !removed.member().address().equals(own)) {
                            onRemoved(removed);
                        }
                        return Behaviors.same();
                    })
                    .onAnyMessage(event -> {
                        if (!event.member().address().equals(own)) {
                            others.add(address(event.member()));
                            if (event.member().hasRole(SystemConfig.NODE_ROLE) && nodes.add(address(event.member()))) {
                                onNodes.run();
                            }
                            lost.remove(address(event.member()));
                        }
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private void onRemoved(ClusterEvent.MemberRemoved removed) {
        Member member = removed.member();
        others.remove(address(member));
        if (nodes.remove(address(member))) {
            onNodes.run();
        }
        if (removed.previousStatus().equals(MemberStatus.down())) {
            lost.add(
                    new LostMembers.Lost(address(member), member.hasRole(SystemConfig.DRIVER_ROLE), member.upNumber()));
        }
    }

    private static String address(Member member) {
        return ClusterSystem.address(member.address());
    }

    /** All that are members, or were before they fell silent. */
    Set<String> addresses() {
        Set<String> all = ConcurrentHashMap.newKeySet();
        all.addAll(others);
        all.addAll(lost.addresses());
        return all;
    }

    /** The other nodes that are members. */
    Set<String> nodes() {
        return nodes;
    }

    LostMembers lost() {
        return lost;
    }
}
