package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Contents;
import java.io.IOException;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class NodeBlobsTest {
    private static final WorkerRef REF = new WorkerRef(1, 1);
    private static final int SIZE = 3000;

    private final TestInbox<BlobPort.Command> port = TestInbox.create();
    private final TestInbox<PoolSupervisor.Command> supervisor = TestInbox.create();
    private final NodeBlobs blobs = new NodeBlobs(
            new BlobLink(port.getRef(), 1000),
            new Uplink(supervisor.getRef()),
            new PoolConfig.Blob(1000, 1_000_000, 1, 2 * SIZE + 1), // room for two, in files
            false);

    private Contents fetch(byte[]... all) {
        byte[][] references = new byte[all.length][];
        for (int i = 0; i < all.length; i++) {
            references[i] = BlobRef.of(all[i], 0, all[i].length).toBytes();
        }
        return blobs.fetch(REF, () -> {}, references);
    }

    /** Lets all come that was asked for. */
    private void come(byte[]... all) {
        for (BlobPort.Command each : port.getAllReceived()) {
            Blob blob = ((BlobPort.Fetch) each).blob();
            for (byte[] bytes : all) {
                if (blob.ref().equals(BlobRef.of(bytes, 0, bytes.length))) {
                    blob.add(0, bytes, 0, bytes.length);
                }
            }
        }
    }

    @Test
    void fetch_oneThatIsHereBesideOneThatNeedsItsRoom_holdsBoth() throws IOException {
        byte[] here = BlobsTest.bytes(SIZE);
        byte[] other = BlobsTest.bytes(SIZE - 1);
        byte[] next = BlobsTest.bytes(SIZE + 1);
        fetch(other).close();
        fetch(here).close();
        come(here, other);

        Contents both = fetch(here, next);
        come(next);
        fetch(BlobsTest.bytes(SIZE + 2)).close();

        assertThat(both.areSettled()).isTrue();
        for (Blob blob : both.blobs().values()) {
            assertThat(blob.part(0, 10)).hasSize(10);
        }
        Blob held = both.blobs().get(BlobRef.of(here, 0, SIZE));
        both.close();
        fetch(BlobsTest.bytes(SIZE + 3)).close();
        assertThatThrownBy(() -> held.part(0, 10)).isInstanceOf(IOException.class);
        blobs.close();
    }

    @Test
    void fetch_largerThanAllRoomBesideOneThatIsHere_holdsBoth() throws IOException {
        byte[] here = BlobsTest.bytes(SIZE);
        byte[] large = BlobsTest.bytes(3 * SIZE);
        fetch(here).close();
        come(here);

        Contents both = fetch(here, large);
        come(large);

        assertThat(both.blobs().get(BlobRef.of(here, 0, SIZE)).part(0, 10)).hasSize(10);
        both.close();
        blobs.close();
    }
}
