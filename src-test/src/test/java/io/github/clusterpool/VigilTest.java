package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members of a cluster that come up when there are three of them. */
@Tag("clients")
class VigilTest {
    private static final Config CONFIG = ConfigFactory.parseString("""
                    pekko.actor.provider = cluster
                    pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                    pekko.cluster.min-nr-of-members = 3
                    pekko.cluster.jmx.enabled = off
                    """).withFallback(ConfigFactory.load());

    private final List<ActorSystem<Void>> systems = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        systems.forEach(ActorSystem::terminate);
        for (ActorSystem<Void> system : systems) {
            system.getWhenTerminated().toCompletableFuture().get();
        }
    }

    private ActorSystem<Void> member() {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "vigil", CONFIG);
        systems.add(system);
        Cluster.get(system)
                .manager()
                .tell(Join.create(Cluster.get(systems.get(0)).selfMember().address()));
        return system;
    }

    private static long known(ActorSystem<?> by, MemberStatus status) {
        return StreamSupport.stream(Cluster.get(by).state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(status))
                .count();
    }

    @Test
    void over_anActorOnAMemberThatIsNotUpYet_endsWithThatActor() {
        ActorSystem<Void> here = member();
        ActorSystem<Void> there = member();
        Patience.await().until(() -> known(here, MemberStatus.joining()) == 2);
        TestProbe<String> actor = TestProbe.create(String.class, there);
        String name = ActorRefResolver.get(there).toSerializationFormat(actor.ref());
        ActorRef<String> elsewhere = ActorRefResolver.get(here).resolveActorRef(name);
        TestProbe<Void> probe = TestProbe.create(here);
        ActorRef<Vigil.Command> vigil = here.systemActorOf(Vigil.over(elsewhere), "of-a-test", Props.empty());

        member();
        Patience.await().until(() -> known(here, MemberStatus.up()) == 3);
        actor.stop();

        probe.expectTerminated(vigil, Patience.some());
        assertThat(known(here, MemberStatus.up())).isEqualTo(3);
    }
}
