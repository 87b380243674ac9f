package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.net.Address;
import io.github.clusterpool.net.PoolKey;
import io.github.clusterpool.state.WorkerRef;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker says with its next word, should that not come. */
class HeldAnswersTest {
    private static final PoolConfig CONFIG = PoolConfig.processes(1);
    private static final WorkerRef REF = new WorkerRef(1, 65_536);

    private final ActorTestKit kit = ActorTestKit.create();
    private final PoolKey key = PoolKey.random();
    private final Transport driver = Transport.open("held", Address.LOOPBACK, key, CONFIG);
    private final Transport node = Transport.open("held", Address.LOOPBACK, key, CONFIG);
    private final TestProbe<PoolSupervisor.Command> supervisor = kit.createTestProbe();

    @AfterEach
    void stop() {
        node.close();
        driver.close();
        kit.shutdownTestKit();
    }

    private long arrived() {
        return supervisor
                .expectMessageClass(PoolSupervisor.FromNode.class, Patience.some())
                .number();
    }

    @Test
    void tell_moreThatDoesNotCome_arrivesAtTheNextTick() {
        AtomicReference<Runnable> tick = new AtomicReference<>();
        Machine machine = new Machine(
                System::nanoTime,
                TaskClock::coarse,
                (system, atTicks) -> {
                    tick.set(atTicks);
                    return TaskClock.exact(System::nanoTime);
                },
                DaemonLane::new);
        BlobLink blobs = new BlobLink(kit.system().ignoreRef(), CONFIG.threshold());
        NodeLink link = NodeLink.remote(
                7, node.resolve(driver.name(supervisor.ref())), blobs, false, CONFIG, System.nanoTime());
        kit.spawn(NodeHost.create(CONFIG, "node", HeldAnswersTest.class::getClassLoader, machine, link, ended -> {}));
        link.uplink().tell(new PoolSupervisor.WorkerUp(REF, "node", 1));
        assertThat(arrived()).isEqualTo(1);
        Patience.await().until(() -> tick.get() != null);

        link.uplink().tell(new PoolSupervisor.WorkerThreadLeft(REF, true), true);
        tick.get().run();

        assertThat(arrived()).isEqualTo(2);
    }

    @Test
    void leased_ticks_againAndAgain() {
        TestProbe<Integer> ticks = kit.createTestProbe();
        TaskClock clock = TaskClock.leased(kit.system(), () -> ticks.ref().tell(1));
        long before = clock.tick().getAsLong();

        ticks.receiveSeveralMessages(3, Patience.some());

        assertThat(clock.tick().getAsLong()).isNotEqualTo(before);
        clock.stop().run();
    }
}
