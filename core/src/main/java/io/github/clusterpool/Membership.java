package io.github.clusterpool;

import io.github.clusterpool.trust.Role;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;

/** One membership of a node, from its join until it leaves or is cut off: an ActorSystem, as Pekko takes none back. */
final class Membership {
    private final ActorSystem<Void> system;
    private final ActorRef<NodeDoor.Command> door;
    private final MemberWatch watch;
    private final CompletableFuture<Void> ended;

    private Membership(
            ActorSystem<Void> system,
            String name,
            ClusterConfig cluster,
            List<String> before,
            Consumer<Set<String>> onNodes,
            Consumer<Duration> onDrained) {
        this.system = system;
        this.watch = new MemberWatch(before, () -> onNodes.accept(nodes()));
        this.door = system.systemActorOf(
                NodeDoor.create(
                        new NodeDoor.Self(name, cluster.slots(), cluster.tags()), cluster.drainGrace(), onDrained),
                NodeDoor.NAME,
                DispatcherSelector.fromConfig(Pools.DISPATCHER));
        system.systemActorOf(
                watch.behavior(), "clusterpool-members", DispatcherSelector.blocking()); // who hears may write
        system.receptionist().tell(Receptionist.register(NodeDoor.KEY, door));
        Hosts.of(system).shelf();
        system.systemActorOf(
                HostedPools.createHost(), "clusterpool-pools", DispatcherSelector.fromConfig(Pools.DISPATCHER));
        this.ended = ClusterSystem.whenEnded(system);
    }

    /**
     * Joins.
     *
     * @param before members that were there once and do not answer; should they do so later, this one goes over to them
     * @param onNodes hears of all nodes whenever another has come or gone; may block
     */
    static Membership begin(
            PoolConfig config,
            String name,
            List<String> before,
            Consumer<Set<String>> onNodes,
            Consumer<Duration> onDrained) {
        return new Membership(
                ClusterSystem.join(config, Role.NODE), name, config.cluster(), before, onNodes, onDrained);
    }

    /** All nodes that are members now, with this one. */
    Set<String> nodes() {
        Set<String> nodes = new TreeSet<>(watch.nodes());
        nodes.add(ClusterSystem.address(system));
        return nodes;
    }

    ActorSystem<Void> system() {
        return system;
    }

    ActorRef<NodeDoor.Command> door() {
        return door;
    }

    CompletableFuture<Void> ended() {
        return ended;
    }

    /** All other members that are or were there. */
    Set<String> others() {
        return watch.addresses();
    }

    /** Whom to join instead, if they can be reached; see {@link LostMembers#stronger}. */
    List<String> stronger() {
        ClusterEvent.CurrentClusterState state =
                Cluster.get(Adapter.toClassic(system)).state();
        List<Member> here = StreamSupport.stream(state.getMembers().spliterator(), false)
                .filter(member -> !state.getUnreachable().contains(member))
                .toList();
        boolean drivers = here.stream().anyMatch(member -> member.hasRole(SystemConfig.DRIVER_ROLE));
        int oldest = here.stream().mapToInt(Member::upNumber).min().orElse(Integer.MAX_VALUE);
        return watch.lost().stronger(drivers, oldest);
    }
}
