package io.github.clusterpool;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/** How long members of a cluster have been there: the oldest node hosts pools, and after it the next. */
final class Ages {
    private Ages() {}

    /** Those of other members, which can be reached. */
    static <T> List<ActorRef<T>> oldestFirst(ActorSystem<?> system, Collection<ActorRef<T>> actors) {
        Map<Address, Member> members = reachable(system);
        return actors.stream()
                .filter(actor -> members.containsKey(actor.path().address()))
                .sorted(Comparator.comparing(
                        actor -> members.get(actor.path().address()),
                        (one, other) -> one.isOlderThan(other) ? -1 : other.isOlderThan(one) ? 1 : 0))
                .toList();
    }

    /** Those of members that can be reached: the Receptionist knows others for a while, too. */
    static <T> List<ActorRef<T>> there(ActorSystem<?> system, Collection<ActorRef<T>> actors) {
        Map<Address, Member> members = reachable(system);
        return actors.stream()
                .filter(actor -> actor.path().address().hasLocalScope()
                        || members.containsKey(actor.path().address()))
                .toList();
    }

    private static Map<Address, Member> reachable(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        Map<Address, Member> members = new HashMap<>();
        cluster.state().getMembers().forEach(member -> members.put(member.address(), member));
        cluster.state().getUnreachable().forEach(member -> members.remove(member.address()));
        return members;
    }
}
