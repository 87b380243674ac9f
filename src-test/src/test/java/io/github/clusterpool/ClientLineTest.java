package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A client's line to hosts that do what the test says. */
class ClientLineTest {
    private static final ActorTestKit KIT = ClusterKit.create("client-line");
    private static final MessageFormat FORMAT = new MessageFormat(new PekkoRefs(KIT.system()));
    private static final PoolConfig CONFIG = LivePool.config("name = far, placement = cluster, cluster.hosted = on");

    private final CompletableFuture<ClientLine.Attached> first = new CompletableFuture<>();
    private final ActorRef<ClientLine.Command> line =
            KIT.spawn(ClientLine.create(CONFIG, "", "session", null, new Deaf(), first));

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static final class Deaf implements ClientLine.Client {
        @Override
        public void onEvent(JobEvent event) {}

        @Override
        public void onLost(String reason) {}
    }

    /** One of the pool's hosts, and its desk for the client. */
    private static final class Host {
        private final TestProbe<PoolSupervisor.Command> actor = KIT.createTestProbe(PoolSupervisor.Command.class);
        private final TestProbe<Talk.Said> desk = KIT.createTestProbe(Talk.Said.class);
        private final TestProbe<BlobPort.Command> blobs = KIT.createTestProbe(BlobPort.Command.class);
        private final Talk talk;

        Host(long... jobs) {
            KIT.system().receptionist().tell(Receptionist.register(PoolSupervisor.key("far"), actor.ref()));
            Desks.Attach attach = actor.expectMessageClass(Desks.Attach.class, Patience.some());
            talk = new Talk(
                    Talk.Side.POOL,
                    attach.talk(),
                    new BlobLink(blobs.ref(), 1_000_000),
                    attach.client()::tell,
                    () -> {});
            attach.replyTo()
                    .tell(new ClientLine.Attached(
                            attach.talk(),
                            WorkerSetup.text(CONFIG),
                            desk.ref(),
                            blobs.ref(),
                            PoolStatus.none("far"),
                            jobs));
        }

        /** What the client says next, in order. */
        List<PoolMessage> hear(int count) {
            List<PoolMessage> heard = new ArrayList<>();
            while (heard.size() < count) {
                talk.take(desk.receiveMessage(Patience.some()), System.nanoTime());
                talk.hear(content -> heard.add(FORMAT.decode(content)));
            }
            return heard;
        }
    }

    private void send(PoolSupervisor.Command command) {
        line.tell(new ClientLine.Send(command, FORMAT.encode(new Desk.Do(command, new long[0]))));
    }

    private static PoolSupervisor.Command command(PoolMessage said) {
        return ((Desk.Do) said).command();
    }

    @Test
    void cancel_hostIsGoneBeforeTheJobHasEnded_nextHostIsToldOfItToo() {
        Host before = new Host();
        Work work = Codec.of(KIT.system()).lapply(List.of(1, 2), i -> i, JobOptions.defaults());
        before.hear(1);
        send(new PoolSupervisor.Submit(1, work, KIT.system().ignoreRef()));
        send(new PoolSupervisor.Submit(2, work, KIT.system().ignoreRef()));
        send(new PoolSupervisor.Cancel(1, KIT.system().ignoreRef()));
        before.hear(3);

        before.actor.stop();

        List<PoolMessage> again = new Host(1, 2).hear(4);
        assertThat(command(again.get(0)))
                .isInstanceOfSatisfying(
                        PoolSupervisor.Submit.class,
                        submit -> assertThat(submit.job()).isEqualTo(1));
        assertThat(command(again.get(1)))
                .isInstanceOfSatisfying(
                        PoolSupervisor.Cancel.class,
                        cancel -> assertThat(cancel.job()).isEqualTo(1));
        assertThat(command(again.get(2))).isInstanceOf(PoolSupervisor.Submit.class);
        assertThat(again.get(3)).isInstanceOf(Desk.AllSaid.class);
    }
}
