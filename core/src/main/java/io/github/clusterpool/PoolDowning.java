package io.github.clusterpool;

import java.time.Duration;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.DowningProvider;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Removes members that cannot be reached for long, and never its own side. Pekko's strategies let one side of a cut cluster
 * end itself, so that the other may go on alone; here a pool has one owner, its driver, and what is cut off from that stops
 * by its lease. So no side need end itself, and a pool lives with whatever nodes it reaches.
 */
public final class PoolDowning extends DowningProvider {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** A driver that cannot reach a node removes that: the node itself waits for longer, or both would go. */
    private static final Duration LONGER = Duration.ofSeconds(45);

    /** Made by Pekko. */
    public PoolDowning(ActorSystem system) {}

    @Override
    public FiniteDuration downRemovalMargin() {
        return FiniteDuration.Zero();
    }

    @Override
    public Option<Props> downingActorProps() {
        return Option.apply(Props.create(Watch.class, Watch::new));
    }

    private static final class Watch extends AbstractActorWithTimers {
        private record Down(Address address) {}

        private final Cluster cluster = Cluster.get(getContext().getSystem());

        @Override
        public void preStart() {
            cluster.subscribe(
                    getSelf(),
                    ClusterEvent.initialStateAsEvents(),
                    ClusterEvent.ReachabilityEvent.class,
                    ClusterEvent.MemberRemoved.class);
        }

        @Override
        public void postStop() {
            cluster.unsubscribe(getSelf());
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(ClusterEvent.UnreachableMember.class, this::onUnreachable)
                    .match(
                            ClusterEvent.ReachableMember.class,
                            reachable -> getTimers().cancel(reachable.member().address()))
                    .match(
                            ClusterEvent.MemberRemoved.class,
                            removed -> getTimers().cancel(removed.member().address()))
                    .match(Down.class, down -> cluster.down(down.address()))
                    .build();
        }

        private void onUnreachable(ClusterEvent.UnreachableMember unreachable) {
            Address address = unreachable.member().address();
            boolean isDriver = !unreachable.member().hasRole(SystemConfig.NODE_ROLE);
            boolean isFromNode = cluster.selfMember().hasRole(SystemConfig.NODE_ROLE);
            getTimers().startSingleTimer(address, new Down(address), isDriver && isFromNode ? LONGER : LONG);
        }
    }
}
