package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Ending;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A desk between a client and a supervisor that do what the test says. */
class DeskTest {
    private static final ActorTestKit KIT = ActorTestKit.create("desk");
    private static final MessageFormat FORMAT = new MessageFormat(new PekkoRefs(KIT.system()));
    private static final long[] FIRST_TWO = {0b11};

    private final TestProbe<PoolSupervisor.Command> supervisor = KIT.createTestProbe(PoolSupervisor.Command.class);
    private final TestProbe<JobEvent> reader = KIT.createTestProbe(JobEvent.class);
    private final TestProbe<Talk.Said> ear = KIT.createTestProbe(Talk.Said.class);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private ActorRef<Desk.Command> desk(String hold) {
        PoolConfig config = LivePool.config("name = desk, cluster.hold = " + hold);
        Backlog backlog = new Backlog(config.cluster().backlog());
        return KIT.spawn(Desk.create(config, "session", backlog, supervisor.ref()));
    }

    /** The client's side of their talk. */
    private Talk seat(ActorRef<Desk.Command> desk) {
        TestProbe<ClientLine.Command> line = KIT.createTestProbe(ClientLine.Command.class);
        TestProbe<BlobPort.Command> blobs = KIT.createTestProbe(BlobPort.Command.class);
        Desks.Attach attach = new Desks.Attach("session", 7, "", ear.ref(), blobs.ref(), null, line.ref());
        desk.tell(new Desk.Seat(attach, PoolStatus.none("desk")));
        ClientLine.Attached attached = line.expectMessageClass(ClientLine.Attached.class, Patience.some());
        return new Talk(Talk.Side.CLIENT, 7, new BlobLink(blobs.ref(), 1_000_000), attached.desk()::tell, () -> {});
    }

    private static Desk.Do detached(long job, long[] done) {
        Work work = Codec.of(KIT.system()).lapply(List.of(1, 2, 3, 4), i -> i, JobOptions.detached(true));
        return new Desk.Do(new PoolSupervisor.Submit(job, work, KIT.system().ignoreRef()), done);
    }

    private <T extends PoolSupervisor.Command> T told(Class<T> kind) {
        return supervisor
                .fishForMessage(
                        Patience.some(),
                        message -> kind.isInstance(message)
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore())
                .stream()
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void yield_ownClientThenHasOutcomesFromAnEarlierHost_readerHearsThatTheyAreLost() {
        ActorRef<Desk.Command> desk = desk("10m");
        desk.tell(new Desk.Remember(1, true));
        desk.tell(new Desk.Yield(1, reader.ref(), 5));

        seat(desk).say(FORMAT.encode(detached(1, FIRST_TWO)), System.nanoTime());

        JobEvent.Ended end = reader.expectMessageClass(JobEvent.Ended.class, Patience.some());
        assertThat(end.job()).isEqualTo(5);
        assertThat(end.ending()).isEqualTo(new Ending.LostWithHost());
        assertThat(told(Desks.FoundEnded.class)).isEqualTo(new Desks.FoundEnded(5, reader.ref()));
        assertThat(told(PoolSupervisor.Resume.class).done()).containsExactly(FIRST_TWO);
    }

    @Test
    void hold_clientHasDiedWithTheHostBefore_deskEnds() {
        ActorRef<Desk.Command> desk = desk("50ms");
        desk.tell(new Desk.Remember(1, false));

        assertThat(told(Desks.Closed.class).session()).isEqualTo("session");
    }

    @Test
    void finish_clientHasDiedWithTheHostBefore_nothingIsLeftThatItHasNotHeard() {
        ActorRef<Desk.Command> desk = desk("10m");
        desk.tell(new Desk.Remember(1, false));
        desk.tell(new Desk.Finish());
        assertThat(told(HostedPool.DeskFinished.class).all()).isTrue();

        desk.tell(new Desk.Remember(2, true));
        desk.tell(new Desk.Finish());
        assertThat(told(HostedPool.DeskFinished.class).all())
                .as("to outlive it")
                .isFalse();
    }
}
