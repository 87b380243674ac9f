package io.github.clusterpool;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.DowningProvider;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Removes members that are silent for long, and never its own side. Pekko's strategies let one side of a cut cluster end
 * itself, so that the other may go on alone; here a pool has one owner, its driver, and what is cut off from that stops by
 * its lease. So no side need end itself, and a pool lives with whatever nodes it reaches.
 *
 * <p>A member that only some cannot reach is let be: it still hears what the cluster agrees on, by way of others.
 */
public final class PoolDowning extends DowningProvider {
    private static final Logger LOG = LoggerFactory.getLogger(PoolDowning.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Duration removeAfter;

    /** Made by Pekko. */
    public PoolDowning(ActorSystem system) {
        this.removeAfter = system.settings().config().getDuration("clusterpool.cluster.remove-after");
    }

    /** The part of that time in which nobody is taken for unreachable. */
    static Duration unreachableAfter(Duration removeAfter) {
        return removeAfter.dividedBy(3);
    }

    @Override
    public FiniteDuration downRemovalMargin() {
        return FiniteDuration.Zero();
    }

    @Override
    public Option<Props> downingActorProps() {
        return Option.apply(Props.create(Watch.class, () -> new Watch(removeAfter)));
    }

    private static final class Watch extends AbstractActorWithTimers {
        private record Look() {}

        private final Cluster cluster = Cluster.get(getContext().getSystem());
        private final SilentMembers<Address> silent = new SilentMembers<>();
        private final Set<UniqueAddress> refused = new HashSet<>();
        private final Duration patience;

        /**
         * Of a node with a driver: the driver itself removes the node before that. Else, where the way is whole again just
         * then, a driver might hear that it was removed.
         */
        private final Duration patienceWithDrivers;

        private Watch(Duration removeAfter) {
            this.patience = removeAfter.minus(unreachableAfter(removeAfter));
            this.patienceWithDrivers = patience.multipliedBy(9).dividedBy(4);
        }

        @Override
        public void preStart() {
            getTimers().startTimerWithFixedDelay(Look.class, new Look(), LOOK);
            // who is refused may be gone again before the next look
            cluster.subscribe(getSelf(), ClusterEvent.initialStateAsEvents(), ClusterEvent.MemberEvent.class);
        }

        @Override
        public void postStop() {
            cluster.unsubscribe(getSelf());
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(Look.class, look -> onLook())
                    .match(ClusterEvent.MemberEvent.class, event -> refuseOtherProtocols(event.member()))
                    .build();
        }

        private void onLook() {
            ClusterEvent.CurrentClusterState state = cluster.state();
            Map<Address, Duration> now = new HashMap<>();
            for (Member member : state.getUnreachable()) {
                if (!state.getSeenBy().contains(member.address())) {
                    now.put(member.address(), patienceWith(member));
                }
            }
            silent.overdue(System.nanoTime(), now).forEach(cluster::down);
            state.getMembers().forEach(this::refuseOtherProtocols);
        }

        /** Who comes later has to speak what is spoken here; it leaves by itself, if it knows this rule. */
        private void refuseOtherProtocols(Member member) {
            Version there = Version.of(member);
            boolean older = cluster.selfMember().isOlderThan(member);
            if (older && !Version.OWN.worksWith(there) && refused.add(member.uniqueAddress())) {
                LOG.warn(Messages.refusedProtocol(
                        Version.OWN, there, member.address().hostPort()));
                cluster.down(member.address());
            }
        }

        private Duration patienceWith(Member member) {
            boolean ownIsNode = cluster.selfMember().hasRole(SystemConfig.NODE_ROLE);
            return ownIsNode && !member.hasRole(SystemConfig.NODE_ROLE) ? patienceWithDrivers : patience;
        }
    }
}
