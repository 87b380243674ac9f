package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowersTest {
    private static final ActorTestKit KIT = ActorTestKit.create("followers");
    private static final int PIECE = 500_000;
    private static final int SIZE = 1_200_000;

    private final TestProbe<BlobPort.Command> follower = KIT.createTestProbe(BlobPort.Command.class);
    private final Followers followers = new Followers(PIECE);
    private final BlobStore store = new BlobStore(1_000, 10_000_000); // whatever is large goes into a file
    private final byte[] bytes = BlobsTest.bytes(SIZE);
    private final BlobRef ref = BlobRef.of(bytes, 0, SIZE);
    private final Blob blob = store.begin(ref);

    @AfterEach
    void close() {
        store.close();
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private void serve() {
        followers.serve(new BlobPort.WantFrom(ref, 0, SIZE, follower.ref()));
    }

    @Test
    void serve_blobThatComes_givesWhatIsHereAndLaterTheRest() {
        followers.know(blob);
        blob.add(0, bytes, 0, PIECE + 1);

        serve();
        follower.expectMessageClass(BlobPort.Piece.class, Patience.much());
        follower.expectNoMessage();
        blob.add(PIECE + 1, bytes, PIECE + 1, SIZE - PIECE - 1);
        followers.goOn(ref);

        follower.expectMessageClass(BlobPort.Piece.class, Patience.much());
        follower.expectMessageClass(BlobPort.Piece.class, Patience.much());
    }

    @Test
    void serve_blobThatWasLetGo_saysThatItIsGone() {
        followers.know(blob);
        blob.add(0, bytes, 0, SIZE);
        store.close();

        serve();

        follower.expectMessage(Patience.much(), new BlobPort.Gone(ref));
    }

    @Test
    void serve_unknownBlob_saysThatItIsGone() {
        serve();

        follower.expectMessage(Patience.much(), new BlobPort.Gone(ref));
    }
}
