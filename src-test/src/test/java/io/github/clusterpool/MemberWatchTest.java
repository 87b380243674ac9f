package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two members of a cluster in this JVM: what the second remembers of the first. */
@Tag("nodes")
class MemberWatchTest {
    private final ActorTestKit first = member();
    private final ActorTestKit second = member();
    private final AtomicInteger changes = new AtomicInteger();
    private final MemberWatch watch = new MemberWatch(List.of(), changes::incrementAndGet);

    private static ActorTestKit member() {
        return ActorTestKit.create(
                "watched",
                ConfigFactory.parseString("""
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.cluster { roles = ["%s"], jmx.multi-mbeans-in-same-jvm = on, run-coordinated-shutdown-when-down = off }
                """.formatted(SystemConfig.NODE_ROLE)).withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void end() {
        first.shutdownTestKit();
        second.shutdownTestKit();
    }

    private static Cluster cluster(ActorTestKit member) {
        return Cluster.get(member.system());
    }

    private static boolean isUp(ActorTestKit member) {
        return cluster(member).selfMember().status().equals(MemberStatus.up());
    }

    @Test
    void addresses_ownMembershipEnds_areThoseOfTheOthers() {
        TestProbe<MemberEvent> seen = second.createTestProbe();
        ActorRef<MemberEvent> watcher =
                second.spawn(Behaviors.monitor(MemberEvent.class, seen.ref(), watch.behavior()));
        cluster(first).manager().tell(Join.create(cluster(first).selfMember().address()));
        cluster(second).manager().tell(Join.create(cluster(first).selfMember().address()));
        String address = ClusterSystem.address(cluster(first).selfMember().address());
        Patience.await().until(() -> watch.nodes().contains(address) && isUp(second));
        Member other = cluster(first).selfMember();

        cluster(second).manager().tell(new Down(cluster(second).selfMember().address()));
        Patience.await().until(() -> cluster(second).isTerminated());
        Member gone = other.copy(MemberStatus.removed());
        MemberEvent last = new ClusterEvent.MemberRemoved(gone, MemberStatus.exiting());
        watcher.tell(new ClusterEvent.MemberRemoved(gone, MemberStatus.leaving()));
        watcher.tell(last);

        seen.fishForMessage(
                Patience.much(),
                event -> event.equals(last) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        assertThat(watch.addresses()).containsExactly(address);
        assertThat(watch.nodes()).containsExactly(address);
        assertThat(changes)
                .as("told that the other came, and not that this membership ended")
                .hasValue(1);
    }
}
