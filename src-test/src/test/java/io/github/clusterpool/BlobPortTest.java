package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import io.github.clusterpool.wire.Encoded;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
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

    private final ActorRef<BlobPort.Command> port = KIT.spawn(BlobPort.create(PIECE, null));
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
        ActorRef<BlobPort.Command> other = KIT.spawn(BlobPort.create(PIECE, null));
        port.tell(new BlobPort.Connect(other));
        other.tell(new BlobPort.Connect(port));
        other.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));
        Blob blob = Blob.inMemory(ref(bytes));

        expect(fetch(blob));

        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void fetch_sameContentForTwo_comesToBoth() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(450_000);
        ActorRef<BlobPort.Command> other = KIT.spawn(BlobPort.create(PIECE, null));
        port.tell(new BlobPort.Connect(other));
        other.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));
        Blob one = Blob.inMemory(ref(bytes));
        Blob another = Blob.inMemory(ref(bytes));
        CountDownLatch first = fetch(one);
        CountDownLatch second = fetch(another);

        other.tell(new BlobPort.Connect(port));

        expect(first);
        expect(second);
        assertThat(one.array()).isEqualTo(bytes);
        assertThat(another.array()).isEqualTo(bytes);
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
        assertThat(first.length()).isEqualTo(Fetches.WINDOW_BYTES);
        send(bytes, 0, 2_200_000);
        BlobPort.Want second = want();

        assertThat(second.offset()).isEqualTo(Fetches.WINDOW_BYTES);
        assertThat(second.offset() + second.length()).isEqualTo(2_100_000 + Fetches.WINDOW_BYTES);
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
        port.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));
        port.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));

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

    // ---- on the same machine

    private final BlobFiles files = new BlobFiles();
    private final ActorRef<BlobPort.Command> near = KIT.spawn(BlobPort.create(PIECE, files));

    @Test
    void fetch_largeFromTheSameMachine_staysInTheFileThere() throws Exception {
        byte[] bytes = BlobsTest.bytes(5_000_000);
        files.offer(ref(bytes));
        BlobPort.InFile file = files.write(ref(bytes), bytes, 0);
        assumeThat(file).isNotNull();
        near.tell(new BlobPort.Connect(peer.ref()));
        Blob blob = new BlobStore(1_000_000, 10_000_000).begin(ref(bytes));
        CountDownLatch done = new CountDownLatch(1);
        near.tell(new BlobPort.Fetch(blob, done::countDown));

        assertThat(peer.expectMessageClass(BlobPort.WantFile.class, Patience.much()))
                .isEqualTo(new BlobPort.WantFile(ref(bytes)));
        near.tell(file);
        expect(done);
        files.giveBack(ref(bytes));

        assertThat(blob.open().readAllBytes()).isEqualTo(bytes);
        assertThatThrownBy(() -> SharedFile.open(file.process(), file.descriptor(), ref(bytes)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void fetch_largeIntoMemory_readsTheFile() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(5_000_000);
        ActorRef<BlobPort.Command> other = KIT.spawn(BlobPort.create(PIECE, new BlobFiles()));
        near.tell(new BlobPort.Connect(other));
        other.tell(new BlobPort.Connect(near));
        other.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));
        Blob blob = Blob.inMemory(ref(bytes));
        CountDownLatch done = new CountDownLatch(1);

        near.tell(new BlobPort.Fetch(blob, done::countDown));

        expect(done);
        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void fetch_fileOfAnotherBlob_asksForPieces() throws InterruptedException {
        byte[] bytes = BlobsTest.bytes(2_000_000);
        byte[] others = new byte[bytes.length];
        files.offer(ref(others));
        BlobPort.InFile file = files.write(ref(others), others, 0);
        assumeThat(file).isNotNull();
        near.tell(new BlobPort.Connect(peer.ref()));
        Blob blob = Blob.inMemory(ref(bytes));
        CountDownLatch done = new CountDownLatch(1);
        near.tell(new BlobPort.Fetch(blob, done::countDown));
        peer.expectMessageClass(BlobPort.WantFile.class, Patience.much());

        near.tell(new BlobPort.InFile(ref(bytes), file.process(), file.descriptor()));

        assertThat(want()).isEqualTo(new BlobPort.Want(ref(bytes), 0, 2_000_000));
        near.tell(new BlobPort.Piece(ref(bytes), 0, bytes, 0, bytes.length));
        expect(done);
        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void fetch_fileThatIsNotToBeHad_asksForPieces() {
        byte[] bytes = BlobsTest.bytes(3_000_000);
        near.tell(new BlobPort.Connect(peer.ref()));
        near.tell(new BlobPort.Fetch(Blob.inMemory(ref(bytes)), () -> {}));
        peer.expectMessageClass(BlobPort.WantFile.class, Patience.much());

        near.tell(new BlobPort.InFile(ref(bytes), ProcessHandle.current().pid(), 1_000_000));

        assertThat(want()).isEqualTo(new BlobPort.Want(ref(bytes), 0, 3_000_000));
    }

    @Test
    void fetch_noFile_asksForPieces() {
        byte[] bytes = BlobsTest.bytes(3_000_000);
        near.tell(new BlobPort.Connect(peer.ref()));
        near.tell(new BlobPort.Fetch(Blob.inMemory(ref(bytes)), () -> {}));
        peer.expectMessageClass(BlobPort.WantFile.class, Patience.much());

        near.tell(new BlobPort.NoFile(ref(bytes)));

        assertThat(want()).isEqualTo(new BlobPort.Want(ref(bytes), 0, 3_000_000));
    }

    @Test
    void wantFile_fromAnotherMachine_isNone() {
        byte[] bytes = BlobsTest.bytes(3_000_000);
        port.tell(new BlobPort.Connect(peer.ref()));
        port.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));

        port.tell(new BlobPort.WantFile(ref(bytes)));

        assertThat(peer.expectMessageClass(BlobPort.NoFile.class, Patience.much()))
                .isEqualTo(new BlobPort.NoFile(ref(bytes)));
    }

    @Test
    void wantFile_severalTimes_isOneFileUntilAllHaveIt() throws IOException {
        byte[] bytes = BlobsTest.bytes(3_000_000);
        files.offer(ref(bytes));
        assumeThat(files.write(ref(bytes), bytes, 0)).isNotNull();
        near.tell(new BlobPort.Connect(peer.ref()));
        near.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));

        near.tell(new BlobPort.WantFile(ref(bytes)));
        near.tell(new BlobPort.WantFile(ref(bytes)));
        BlobPort.InFile first = peer.expectMessageClass(BlobPort.InFile.class, Patience.much());
        assertThat(peer.expectMessageClass(BlobPort.InFile.class, Patience.much()))
                .isEqualTo(first);
        files.giveBack(ref(bytes));
        SharedFile.open(first.process(), first.descriptor(), ref(bytes));
        near.tell(new BlobPort.Taken(ref(bytes)));
        near.tell(new BlobPort.WantFile(ref(bytes)));

        peer.expectMessageClass(BlobPort.Missing.class, Patience.much());
        assertThatThrownBy(() -> SharedFile.open(first.process(), first.descriptor(), ref(bytes)))
                .isInstanceOf(IOException.class);
    }

    // ---- from files alone

    private final KeptFiles kept = new KeptFiles();

    private byte[] keep(byte[] bytes) {
        byte[] content = kept.keep(new Encoded(bytes, 0, bytes.length));
        assumeThat(content).isNotNull();
        return content;
    }

    private KeptFiles.Kept offered(byte[] bytes, byte[] content) {
        KeptFiles.Kept file = Objects.requireNonNull(kept.hold(content));
        near.tell(new BlobPort.Connect(peer.ref()));
        near.tell(new BlobPort.Offer(ref(bytes), file));
        return file;
    }

    private BlobPort.Piece pieceOf(byte[] bytes) {
        near.tell(new BlobPort.Want(ref(bytes), PIECE, PIECE));
        return peer.expectMessageClass(BlobPort.Piece.class, Patience.much());
    }

    @Test
    void want_fromAFileAlone_givesPiecesOfIt() {
        byte[] bytes = BlobsTest.bytes(2_000_000);
        byte[] content = keep(bytes);
        offered(bytes, content);

        BlobPort.Piece piece = pieceOf(bytes);

        assertThat(piece.offset()).isEqualTo(PIECE);
        assertThat(piece.array()).isEqualTo(Arrays.copyOfRange(bytes, PIECE, 2 * PIECE));
        kept.drop(content);
    }

    @Test
    void want_fromAFileThatCannotBeRead_isMissing() {
        byte[] bytes = BlobsTest.bytes(2_000_000);
        byte[] content = keep(bytes);
        KeptFiles.Kept file = offered(bytes, content);
        kept.drop(content);
        file.letGo();

        near.tell(new BlobPort.Want(ref(bytes), 0, PIECE));

        assertThat(peer.expectMessageClass(BlobPort.Missing.class, Patience.much()))
                .isEqualTo(new BlobPort.Missing(ref(bytes)));
    }

    @Test
    void want_offeredFromAFileAndFromMemory_isThereWhenTheFileIsNot() {
        byte[] bytes = BlobsTest.bytes(2_000_000);
        byte[] content = keep(bytes);
        KeptFiles.Kept file = offered(bytes, content);
        near.tell(new BlobPort.Offer(ref(bytes), new BlobSource.Memory(bytes, 0)));
        near.tell(new BlobPort.Taken(ref(bytes)));
        kept.drop(content);
        file.letGo();

        assertThat(pieceOf(bytes).offset()).isEqualTo(PIECE);
    }
}
