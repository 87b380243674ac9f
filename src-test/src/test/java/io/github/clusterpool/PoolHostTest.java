package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Ending;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pool's host, with its supervisor, and a registry that answers when the test says so. */
class PoolHostTest {
    private static final ActorTestKit KIT = ClusterKit.create("pool-host");
    private static final AtomicInteger POOLS = new AtomicInteger();

    private final PoolConfig config = LivePool.config("""
            name = pool%d, placement = cluster, cluster.hosted = on, restart { min-backoff = 1ms, max-backoff = 1ms }
            """.formatted(POOLS.incrementAndGet()));
    private final PoolConfig other = config.workers(1);
    private final TestProbe<HostedPools.Command> registry = KIT.createTestProbe(HostedPools.Command.class);
    private final ActorRef<PoolHost.Command> host = KIT.spawn(PoolHost.create(() -> config, registry.ref()));

    @AfterEach
    void stop() {
        KIT.stop(host);
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private ActorRef<PoolSupervisor.Command> supervisor() {
        return NodesHere.find(KIT.system(), PoolSupervisor.key(config.name()));
    }

    /** Those that have ended may be known for a moment longer. */
    private ActorRef<PoolSupervisor.Command> supervisorAfter(Set<ActorRef<PoolSupervisor.Command>> ended) {
        return Patience.await().until(this::supervisor, each -> !ended.contains(each));
    }

    private HostedPools.Add written() {
        return registry.expectMessageClass(HostedPools.Add.class, Patience.some());
    }

    private static PoolStatus status(ActorRef<PoolSupervisor.Command> supervisor) {
        TestProbe<PoolStatus> asker = KIT.createTestProbe(PoolStatus.class);
        supervisor.tell(new PoolSupervisor.GetStatus(asker.ref()));
        return asker.receiveMessage(Patience.some());
    }

    /** By an error that nobody has thought of. */
    private static void breakIt(ActorRef<PoolSupervisor.Command> supervisor) {
        supervisor.tell(new PoolSupervisor.GetStatus(null));
    }

    @Test
    void renew_supervisorFailsMeanwhile_settingsStayAndItMayBeAskedAgain() {
        host.tell(new PoolHost.Renew(other));
        ActorRef<PoolSupervisor.Command> first = supervisor();
        HostedPools.Add add = written();
        assertThat(add.config()).isEqualTo(other);

        breakIt(first);
        assertThat(written().config()).isEqualTo(config);
        add.replyTo().tell(config.name());

        assertThat(supervisorAfter(Set.of(first))).isNotNull();
        host.tell(new PoolHost.Renew(other));
        assertThat(written().config()).isEqualTo(other);
    }

    @Test
    void renew_somebodyHasMadeThePoolMeanwhile_itStaysAsItIs() {
        ActorRef<PoolSupervisor.Command> first = supervisor();
        host.tell(new PoolHost.Renew(other));

        Patience.await().until(() -> status(first).exists());
        written().replyTo().tell(config.name());

        assertThat(written().config()).isEqualTo(config);
        assertThat(status(first).exists()).isTrue();
        host.tell(new PoolHost.Renew(other));
        assertThat(written().config()).isEqualTo(other);
    }

    @Test
    void renew_poolIsDeleted_isMadeAnewWithTheSettings() {
        ActorRef<PoolSupervisor.Command> first = supervisor();
        Patience.await().until(() -> status(first).exists());
        TestProbe<JobEvent> client = KIT.createTestProbe(JobEvent.class);
        first.tell(new PoolSupervisor.Delete(1, client.ref()));
        client.expectMessageClass(JobEvent.Ended.class, Patience.some());

        host.tell(new PoolHost.Renew(other));
        written().replyTo().tell(config.name());

        ActorRef<PoolSupervisor.Command> second = supervisorAfter(Set.of(first));
        Patience.await().until(() -> status(second).size() == 1);
    }

    @Test
    void givenUp_actorGivesAJob_hearsWhyAndThatThereIsNoPool() {
        Set<ActorRef<PoolSupervisor.Command>> failed = new HashSet<>();
        while (failed.size() < 5) {
            ActorRef<PoolSupervisor.Command> next = supervisorAfter(failed);
            breakIt(next);
            failed.add(next);
        }
        TestProbe<JobEvent> client = KIT.createTestProbe(JobEvent.class);
        ActorRef<PoolSupervisor.Command> instead = supervisorAfter(failed);

        instead.tell(new PoolSupervisor.Init(1, 1, false, client.ref()));

        Ending ending =
                client.expectMessageClass(JobEvent.Ended.class, Patience.some()).ending();
        assertThat(ending)
                .isInstanceOfSatisfying(
                        Ending.GivenUp.class,
                        given -> assertThat(given.reason())
                                .contains("is given up: its supervisor has ended by an error 5 times in a row"));
        assertThat(status(instead).exists()).isFalse();
    }
}
