package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The supervisor of a hosted pool that has no workers, driven by its messages alone. */
class HostingTest {
    private static final ActorTestKit KIT = ClusterKit.create("hosting");
    private static final MessageFormat FORMAT = new MessageFormat(new PekkoRefs(KIT.system()));
    private static final PoolConfig CONFIG = LivePool.config("name = far, placement = cluster, cluster.hosted = on");

    private final TestProbe<PoolHost.Command> host = KIT.createTestProbe(PoolHost.Command.class);
    private final TestProbe<Talk.Said> ear = KIT.createTestProbe(Talk.Said.class);
    private final ActorRef<PoolSupervisor.Command> supervisor = KIT.spawn(PoolSupervisor.createHosted(
            CONFIG, new NoJvms(), Machine.real(), new Kept(new Shelf.Taken(0, false, List.of())), host.ref()));

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static final class NoJvms implements WorkerJvms {
        @Override
        public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
            return Behaviors.ignore();
        }

        @Override
        public boolean isToken(WorkerRef ref, String token) {
            return false;
        }
    }

    /** The client's side of their talk. */
    private Talk attach(String session) {
        TestProbe<ClientLine.Command> line = KIT.createTestProbe(ClientLine.Command.class);
        TestProbe<BlobPort.Command> blobs = KIT.createTestProbe(BlobPort.Command.class);
        supervisor.tell(new Desks.Attach(session, 7, "", ear.ref(), blobs.ref(), null, line.ref()));
        ClientLine.Attached attached = line.expectMessageClass(ClientLine.Attached.class, Patience.some());
        return new Talk(Talk.Side.CLIENT, 7, new BlobLink(blobs.ref(), 1_000_000), attached.desk()::tell, () -> {});
    }

    /** Takes what comes up to the end of a job, without a word of it. */
    private void expectEnd(Talk talk, Ending ending) {
        boolean[] ended = {false};
        while (!ended[0]) {
            talk.take(ear.receiveMessage(Patience.some()), System.nanoTime());
            talk.hear(content -> {
                if (FORMAT.decode(content) instanceof JobEvent.Ended end) {
                    assertThat(end.ending()).isEqualTo(ending);
                    ended[0] = true;
                }
            });
        }
    }

    @Test
    void retire_deskGoesInsteadOfAnswering_isNotWaitedFor() {
        Talk talk = attach("session");
        Desk.Do order = new Desk.Do(new PoolSupervisor.Delete(1, KIT.system().ignoreRef()), new long[0]);
        talk.say(FORMAT.encode(order), System.nanoTime());
        expectEnd(talk, new Ending.Completed());
        TestProbe<HostedPool.Retired> asker = KIT.createTestProbe(HostedPool.Retired.class);
        supervisor.tell(new HostedPool.Retire(Duration.ofHours(1), asker.ref()));
        supervisor.tell(new HostedPool.CopyTick());

        supervisor.tell(
                new Desks.Closed("session", KIT.<JobEvent>createTestProbe().ref()));

        asker.expectMessageClass(HostedPool.Retired.class, Patience.some());
    }
}
