package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowersTest {
    private static final int PIECE = 500_000;
    private static final int SIZE = 1_200_000;

    private final TestInbox<BlobPort.Command> follower = TestInbox.create();
    private final Followers followers = new Followers(PIECE);
    private final BlobStore store = new BlobStore(1_000, 10_000_000); // whatever is large goes into a file
    private final byte[] bytes = BlobsTest.bytes(SIZE);
    private final BlobRef ref = BlobRef.of(bytes, 0, SIZE);
    private final Blob blob = store.begin(ref);

    @AfterEach
    void close() {
        store.close();
    }

    private void serve() {
        followers.serve(new BlobPort.WantFrom(ref, 0, SIZE, follower.getRef()));
    }

    @Test
    void serve_blobThatComes_givesWhatIsHereAndLaterTheRest() {
        followers.know(blob);
        blob.add(0, bytes, 0, PIECE + 1);

        serve();
        assertThat(follower.getAllReceived()).singleElement().isInstanceOf(BlobPort.Piece.class);

        blob.add(PIECE + 1, bytes, PIECE + 1, SIZE - PIECE - 1);
        followers.goOn(ref);

        assertThat(follower.getAllReceived()).hasSize(2).hasOnlyElementsOfType(BlobPort.Piece.class);
    }

    @Test
    void serve_blobThatWasLetGo_saysThatItIsGone() {
        followers.know(blob);
        blob.add(0, bytes, 0, SIZE);
        store.close();

        serve();

        assertThat(follower.getAllReceived()).containsExactly(new BlobPort.Gone(ref));
    }

    @Test
    void serve_unknownBlob_saysThatItIsGone() {
        serve();

        assertThat(follower.getAllReceived()).containsExactly(new BlobPort.Gone(ref));
    }
}
