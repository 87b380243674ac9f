package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A shelf, and hosts that say what the test says. */
class ShelfTest {
    private static final ActorTestKit KIT = ActorTestKit.create("shelf");
    private static final MessageFormat FORMAT = new MessageFormat(new PekkoRefs(KIT.system()));

    private final ActorRef<Shelf.Command> shelf = KIT.spawn(Shelf.create(LivePool.config("name = shelved")));

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    /** A copy that a host of that term has opened. */
    private final class Copy {
        private final TestProbe<Talk.Said> ear = KIT.createTestProbe(Talk.Said.class);
        private final ActorRef<BlobPort.Command> port;
        private final Talk talk;

        Copy(long term) {
            TestProbe<PoolSupervisor.Command> host = KIT.createTestProbe(PoolSupervisor.Command.class);
            TestProbe<BlobPort.Command> blobs = KIT.createTestProbe(BlobPort.Command.class);
            shelf.tell(new Shelf.Open("shelved", term, term, ear.ref(), blobs.ref(), host.ref()));
            HostedPool.CopyOpen open = host.expectMessageClass(HostedPool.CopyOpen.class, Patience.some());
            port = open.blobs();
            talk = new Talk(Talk.Side.COPY, term, new BlobLink(blobs.ref(), 1_000_000), open.shelf()::tell, () -> {});
        }

        void say(PoolMessage message) {
            talk.say(FORMAT.encode(message), System.nanoTime());
        }

        void put(long number) {
            Booked item = new Booked(
                    "", new PoolSupervisor.Delete(number, KIT.system().ignoreRef()));
            say(new Shelf.Put(number, FORMAT.encode(item)));
        }
    }

    private List<Long> taken(long term) {
        TestProbe<Shelf.Taken> asker = KIT.createTestProbe(Shelf.Taken.class);
        shelf.tell(new Shelf.Take("shelved", asker.ref()));
        Shelf.Taken taken = asker.receiveMessage(Patience.some());
        assertThat(taken.term()).isEqualTo(term);
        return taken.items().stream()
                .map(item -> ((Booked) item).command().job())
                .toList();
    }

    @Test
    void whole_earlierHostHasNeverSaidAll_itsCopyIsClosed() {
        Copy early = new Copy(1);
        Copy late = new Copy(2);

        late.say(new Shelf.Whole());

        KIT.createTestProbe().expectTerminated(early.port, Patience.some());
        assertThat(taken(2)).isEmpty();
    }

    @Test
    void whole_ofAnEarlierHostComesLate_laterOneIsKeptAndGoesOn() {
        Copy late = new Copy(2);
        late.put(7);
        late.say(new Shelf.Whole());
        Copy early = new Copy(1);
        early.put(3);

        early.say(new Shelf.Whole());
        late.put(8);

        KIT.createTestProbe().expectTerminated(early.port, Patience.some());
        assertThat(taken(2)).containsExactly(7L, 8L);
    }
}
