package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Encoded;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class KeptFilesTest {
    private static final int SIZE = 3_000_000;

    private final KeptFiles files = new KeptFiles();
    private final byte[] bytes = BlobsTest.bytes(SIZE);
    private final BlobRef ref = BlobRef.of(bytes, 0, SIZE);

    private byte[] keep() {
        byte[] room = new byte[SIZE + 10];
        System.arraycopy(bytes, 0, room, 7, SIZE);
        byte[] content = files.keep(new Encoded(room, 7, SIZE));
        assumeThat(content).isNotNull();
        Arrays.fill(room, (byte) 0); // it is used again
        return content;
    }

    private KeptFiles.Kept hold(byte[] content) {
        return Objects.requireNonNull(files.hold(content));
    }

    private BlobPort.InFile told(KeptFiles.Kept kept) {
        return kept.inFile(ref, new BlobFiles());
    }

    @Test
    void keep_bytes_areInAFileOfThatReference() throws IOException {
        byte[] content = keep();

        KeptFiles.Kept kept = hold(content);

        assertThat(BlobRef.read(content)).isEqualTo(ref);
        assertThat(ReadBlob.of(told(kept))).isEqualTo(bytes);
        BlobPort.Piece piece = kept.piece(ref, 1_000_000, 50);
        assertThat(piece.array()).isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 1_000_050));
        files.drop(content);
        kept.letGo();
    }

    @Test
    void drop_whileSomebodyHoldsIt_staysUntilThatIsOver() {
        byte[] content = keep();
        KeptFiles.Kept first = hold(content);
        hold(content);
        BlobPort.InFile file = told(first);

        files.drop(content);
        first.letGo();
        assertThat(ReadBlob.isThere(file)).isTrue();
        first.letGo();

        assertThat(ReadBlob.isThere(file)).isFalse();
        assertThat(files.hold(content)).isNull();
        assertThatThrownBy(() -> first.piece(ref, 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void letGo_whileItIsKept_staysUntilItIsDropped() {
        byte[] content = keep();
        KeptFiles.Kept kept = hold(content);
        BlobPort.InFile file = told(kept);

        kept.letGo();
        assertThat(ReadBlob.isThere(file)).isTrue();
        files.drop(content);

        assertThat(ReadBlob.isThere(file)).isFalse();
    }

    @Test
    void keep_sameBytesTwice_endsEachByItself() {
        byte[] first = keep();
        byte[] second = keep();

        files.drop(first);

        assertThat(ReadBlob.of(told(hold(second)))).isEqualTo(bytes);
        files.drop(second);
    }

    @Test
    void keep_everyThreadOfTheCommonPoolIsBusy_endsAllTheSame() {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().submit(() -> {
                end.await();
                return null;
            });
        }
        try {
            assertThat(BlobRef.read(keep())).isEqualTo(ref);
        } finally {
            end.countDown();
        }
    }

    // ---- by a link

    private final TestInbox<BlobPort.Command> port = TestInbox.create();
    private final BlobLink link = new BlobLink(port.getRef(), 1_000_000, files);

    private BlobPort.InFile offered() {
        BlobPort.Offer offer = (BlobPort.Offer) port.receiveMessage();
        return Objects.requireNonNull(offer.source().inFile(offer.ref(), new BlobFiles()));
    }

    @Test
    void content_droppedBeforeThePortHearsOfIt_isThereUntilItIsTakenAsOftenAsOffered() {
        byte[] content = keep();
        assertThat(link.content(content)).isSameAs(content);
        assertThat(link.content(content)).isSameAs(content);

        files.drop(content);
        BlobPort.InFile file = offered();
        link.taken(ref);
        assertThat(ReadBlob.isThere(file)).isTrue();
        link.taken(ref);

        assertThat(ReadBlob.isThere(file)).isFalse();
    }

    @Test
    void close_offeredAndNotTaken_letsItGo() {
        byte[] content = keep();
        link.content(content);
        files.drop(content);
        BlobPort.InFile file = offered();

        link.close();

        assertThat(ReadBlob.isThere(file)).isFalse();
    }

    @Test
    void content_referenceToWhatIsNotHere_isSentAndNotOffered() {
        byte[] content = ref.toBytes();

        assertThat(link.content(content)).isSameAs(content);

        assertThat(port.hasMessages()).isFalse();
    }
}
