package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class BlobPortTest {
    private static final ActorTestKit KIT = ActorTestKit.create("blobs");
    private static final int PIECE = 100_000;

    private final ActorRef<BlobPort.Command> port = KIT.spawn(BlobPort.create(PIECE));
    private final TestProbe<BlobPort.Command> peer = KIT.createTestProbe(BlobPort.Command.class);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static BlobRef ref(byte[] bytes) {
        return BlobRef.of(bytes, 0, bytes.length);
    }

    private CountDownLatch fetch(Blob blob) {
        CountDownLatch done = new CountDownLatch(1);
        port.tell(new BlobPort.Fetch(blob, done::countDown));
        return done;
    }

    private static void expect(CountDownLatch done) throws InterruptedException {
        assertThat(done.await(Patience.much().toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
    }

    private BlobPort.Want want() {
        return peer.expectMessageClass(BlobPort.Want.class, Patience.much());
    }

    private void send(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += PIECE) {
            port.tell(new BlobPort.Piece(ref(bytes), at, bytes, at, Math.min(PIECE, bytes.length - at)));
        }
    }

    @Test
    void fetch_fromAnotherPort_bringsAllOfIt() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(5_000_000);
        ActorRef<BlobPort.Command> other = KIT.spawn(BlobPort.create(PIECE));
        port.tell(new BlobPort.Connect(other));
        other.tell(new BlobPort.Connect(port));
        other.tell(new BlobPort.Offer(ref(bytes), bytes, 0));
        Blob blob = Blob.inMemory(ref(bytes));

        expect(fetch(blob));

        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void fetch_beforeTheOtherEndIsThere_waitsForIt() {
        byte[] bytes = BlobsTest.bytes(300_000);
        fetch(Blob.inMemory(ref(bytes)));

        port.tell(new BlobPort.Connect(peer.ref()));

        assertThat(want()).isEqualTo(new BlobPort.Want(ref(bytes), 0, 300_000));
    }

    @Test
    void fetch_large_asksForNoMoreThanTheWindow() {
        byte[] bytes = BlobsTest.bytes(20_000_000);
        port.tell(new BlobPort.Connect(peer.ref()));
        fetch(Blob.inMemory(ref(bytes)));

        BlobPort.Want first = want();
        assertThat(first.length()).isEqualTo(BlobPort.WINDOW_BYTES);
        send(bytes, 0, 2_200_000);
        BlobPort.Want second = want();

        assertThat(second.offset()).isEqualTo(BlobPort.WINDOW_BYTES);
        assertThat(second.offset() + second.length()).isEqualTo(2_100_000 + BlobPort.WINDOW_BYTES);
    }

    @Test
    void fetch_pieceIsLost_isAskedForAgainFromThere() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(450_000);
        port.tell(new BlobPort.Connect(peer.ref()));
        Blob blob = Blob.inMemory(ref(bytes));
        CountDownLatch done = fetch(blob);
        want();

        send(bytes, 0, 200_000);
        send(bytes, 300_000, 450_000);
        assertThat(want()).isEqualTo(new BlobPort.Want(ref(bytes), 200_000, 250_000));
        send(bytes, 200_000, 450_000);

        expect(done);
        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void fetch_otherBytes_asksAgainAndGivesUpInTheEnd() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(150_000);
        byte[] others = new byte[150_000];
        port.tell(new BlobPort.Connect(peer.ref()));
        Blob blob = Blob.inMemory(ref(bytes));
        CountDownLatch done = fetch(blob);

        for (int i = 0; i < 3; i++) {
            assertThat(want().offset()).isZero();
            port.tell(new BlobPort.Piece(ref(bytes), 0, others, 0, PIECE));
            port.tell(new BlobPort.Piece(ref(bytes), PIECE, others, PIECE, 50_000));
        }

        expect(done);
        assertThat(blob.broken()).contains("came with another digest 3 times");
    }

    @Test
    void fetch_missing_isBroken() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(150_000);
        port.tell(new BlobPort.Connect(peer.ref()));
        Blob blob = Blob.inMemory(ref(bytes));
        CountDownLatch done = fetch(blob);

        port.tell(new BlobPort.Missing(ref(bytes)));

        expect(done);
        assertThat(blob.broken()).contains("is not there any more");
    }

    @Test
    void want_takenAsOftenAsOffered_isMissing() {
        byte[] bytes = BlobsTest.bytes(150_000);
        port.tell(new BlobPort.Connect(peer.ref()));
        port.tell(new BlobPort.Offer(ref(bytes), bytes, 0));
        port.tell(new BlobPort.Offer(ref(bytes), bytes, 0));

        port.tell(new BlobPort.Taken(ref(bytes)));
        port.tell(new BlobPort.Want(ref(bytes), PIECE, PIECE));
        assertThat(peer.expectMessageClass(BlobPort.Piece.class, Patience.much())
                        .length())
                .isEqualTo(50_000);
        port.tell(new BlobPort.Taken(ref(bytes)));
        port.tell(new BlobPort.Want(ref(bytes), 0, PIECE));

        assertThat(peer.expectMessageClass(BlobPort.Missing.class, Patience.much()))
                .isEqualTo(new BlobPort.Missing(ref(bytes)));
    }
}
