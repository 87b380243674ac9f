package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Ending;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that has a desk, and takes what that says when the test says so. */
class SlowClientTest {
    private static final int TASKS = 200;
    private static final ActorTestKit KIT = ActorTestKit.create("slow-client");
    private static final MessageFormat FORMAT = new MessageFormat(new PekkoRefs(KIT.system()));

    private static Pool pool;
    private static ActorRef<PoolSupervisor.Command> supervisor;

    private final TestProbe<Talk.Said> ear = KIT.createTestProbe(Talk.Said.class);
    private final TestProbe<BlobPort.Command> blobs = KIT.createTestProbe(BlobPort.Command.class);

    @BeforeAll
    static void open() {
        PoolConfig config = LivePool.config("""
                name = slow
                cluster.backlog { max-bytes = 200KiB, max-tasks = 30 }
                """);
        pool = Pools.of(KIT.system()).pool(config, false);
        pool.init(2).join(Patience.some());
        supervisor = NodesHere.find(KIT.system(), PoolSupervisor.key("slow"));
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private Talk attach(String session) {
        TestProbe<ClientLine.Command> line = KIT.createTestProbe(ClientLine.Command.class);
        supervisor.tell(new Desks.Attach(session, 7, "", ear.ref(), blobs.ref(), null, line.ref()));
        ClientLine.Attached attached = line.expectMessageClass(ClientLine.Attached.class, Patience.some());
        return new Talk(Talk.Side.CLIENT, 7, new BlobLink(blobs.ref(), 1_000_000), attached.desk()::tell, () -> {});
    }

    private void give(Talk talk, long job, int bytes) {
        Work work = Codec.of(KIT.system())
                .lapply(IntStream.range(0, TASKS).boxed().toList(), i -> new byte[bytes], JobOptions.chunkSize(1));
        Desk.Do order =
                new Desk.Do(new PoolSupervisor.Submit(job, work, KIT.system().ignoreRef()), new long[0]);
        talk.say(FORMAT.encode(order), System.nanoTime());
    }

    private static PoolStatus status() {
        TestProbe<PoolStatus> asker = KIT.createTestProbe(PoolStatus.class);
        supervisor.tell(new PoolSupervisor.GetStatus(asker.ref()));
        return asker.receiveMessage(Patience.some());
    }

    private static boolean waitsThoughNothingRuns() {
        PoolStatus now = status();
        return now.running() == 0 && now.queued() > 0 && now.queued() < TASKS;
    }

    /** Takes all up to the end of so many jobs; returns how many outcomes that is. */
    private int takeAll(Talk talk, int jobs) {
        BitSet outcomes = new BitSet();
        int[] ended = {0};
        while (ended[0] < jobs) {
            talk.take(ear.receiveMessage(Patience.some()), System.nanoTime());
            talk.hear(content -> {
                if (FORMAT.decode(content) instanceof JobEvent.Outcomes some) {
                    outcomes.set((int) some.job() * TASKS + some.first());
                } else if (FORMAT.decode(content) instanceof JobEvent.Ended end) {
                    assertThat(end.ending()).isEqualTo(new Ending.Completed());
                    ended[0]++;
                }
            });
            talk.answer();
        }
        return outcomes.cardinality();
    }

    @ParameterizedTest
    @CsvSource({"bytes-of-its-results, 20000", "number-of-its-results, 1"})
    void submit_clientTakesNothing_noMoreIsDealtBeforeItDoes(String session, int bytes) {
        Talk talk = attach(session);
        give(talk, 1, bytes);
        Patience.await().until(() -> waitsThoughNothingRuns());

        give(talk, 2, bytes);
        Patience.await().until(() -> status().queued() > TASKS);

        assertThat(pool.lapply(List.of(1, 2), i -> i).join(Patience.some())).containsExactly(1, 2);
        assertThat(status().queued()).as("nothing of the second job has begun").isGreaterThan(TASKS);
        assertThat(takeAll(talk, 2)).isEqualTo(2 * TASKS);
        assertThat(status().queued()).isZero();
    }

    @Test
    void submit_clientTakesNothingAndIsGone_isCancelled() {
        Talk talk = attach("goes-with-much-untaken");
        give(talk, 1, 20_000);
        Patience.await().until(() -> waitsThoughNothingRuns());

        ear.stop();

        Patience.await().until(() -> status().queued() == 0);
    }
}
