package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A blob for many nodes on other machines, as ports of one JVM. */
class SpreadTest {
    private static final int PIECE = 100_000;
    private static final int SIZE = 10_000_000;

    private final ActorTestKit kit = ActorTestKit.create("spread");
    private final Spread spread = new Spread();
    private final byte[] bytes = BlobsTest.bytes(SIZE);
    private final BlobRef ref = BlobRef.of(bytes, 0, SIZE);
    private final AtomicInteger sentOn = new AtomicInteger();
    private final AtomicLong fromThePool = new AtomicLong();
    private final AtomicLong fromNodes = new AtomicLong();
    private final List<ActorRef<BlobPort.Command>> poolEnds = new ArrayList<>();
    private final List<ActorRef<BlobPort.Command>> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    /** A node, and what the pool has for it. */
    private void connect() {
        ActorRef<BlobPort.Command> node = kit.spawn(watched(BlobPort.create(PIECE, null)));
        ActorRef<BlobPort.Command> pool = kit.spawn(watched(BlobPort.create(PIECE, null, spread)));
        pool.tell(new BlobPort.Connect(node));
        node.tell(new BlobPort.Connect(pool));
        pool.tell(new BlobPort.Offer(ref, new BlobSource.Memory(bytes, 0)));
        nodes.add(node);
        poolEnds.add(pool);
    }

    /** Those that the pool serves have got nothing yet, and so have nothing to give. */
    private void connectOneMoreThanThePoolServes() {
        for (int i = 0; i < Spread.CHAINS; i++) {
            connect();
            spread.join(ref, nodes.get(i));
        }
        connect();
    }

    private Behavior<BlobPort.Command> watched(Behavior<BlobPort.Command> port) {
        return Behaviors.intercept(
                () -> new BehaviorInterceptor<>(BlobPort.Command.class) {
                    @Override
                    public Behavior<BlobPort.Command> aroundReceive(
                            TypedActorContext<BlobPort.Command> context,
                            BlobPort.Command message,
                            ReceiveTarget<BlobPort.Command> target) {
                        sentOn.addAndGet(message instanceof BlobPort.Elsewhere ? 1 : 0);
                        if (message instanceof BlobPort.Piece piece) {
                            (piece.array() == bytes ? fromThePool : fromNodes).addAndGet(piece.length());
                        }
                        return target.apply(context, message);
                    }
                },
                port);
    }

    private CountDownLatch fetch(int node, Blob blob) {
        CountDownLatch done = new CountDownLatch(1);
        nodes.get(node).tell(new BlobPort.Fetch(blob, done::countDown));
        return done;
    }

    private static void expect(CountDownLatch done) throws InterruptedException {
        assertThat(done.await(Patience.much().toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
    }

    @Test
    void fetch_byManyNodes_leavesThePoolFourTimes() throws Exception {
        List<Blob> blobs = new ArrayList<>();
        List<CountDownLatch> done = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            connect();
            blobs.add(i % 2 == 0 ? Blob.inMemory(ref) : new BlobStore(1_000, 100_000_000).begin(ref));
        }

        for (int i = 0; i < nodes.size(); i++) {
            done.add(fetch(i, blobs.get(i)));
        }

        for (CountDownLatch each : done) {
            expect(each);
        }
        for (ActorRef<BlobPort.Command> each : poolEnds) { // a node that has it all leaves its chain
            each.tell(new BlobPort.Taken(ref));
        }
        for (Blob blob : blobs) {
            assertThat(blob.open().readAllBytes()).isEqualTo(bytes);
        }
        assertThat(sentOn).hasValue(11 - Spread.CHAINS);
        assertThat(fromThePool).hasValue((long) Spread.CHAINS * SIZE);
        Patience.await().until(spread::isEmpty);
    }

    @Test
    void fetch_nodeThatServesAnotherEnds_comesFromThePool() throws Exception {
        connectOneMoreThanThePoolServes();
        Blob blob = Blob.inMemory(ref);
        nodes.get(0).tell(new BlobPort.Fetch(Blob.inMemory(ref), () -> {}));
        kit.stop(nodes.get(0));

        expect(fetch(4, blob));

        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void fetch_nodeThatHasItNoMore_comesFromThePool() throws Exception {
        connectOneMoreThanThePoolServes();
        Blob blob = Blob.inMemory(ref);

        expect(fetch(4, blob));

        assertThat(blob.array()).isEqualTo(bytes);
        assertThat(fromThePool).hasValue(SIZE);
        assertThat(sentOn).hasValue(1);
    }

    @Test
    void fetch_large_isSentOnBeforeItIsAllHere() throws Exception {
        connectOneMoreThanThePoolServes();
        TestProbe<BlobPort.Command> slow = kit.createTestProbe(BlobPort.Command.class);
        nodes.get(0).tell(new BlobPort.Connect(slow.ref()));
        nodes.get(0).tell(new BlobPort.Fetch(Blob.inMemory(ref), () -> {}));
        slow.expectMessageClass(BlobPort.Want.class, Patience.much());
        Blob blob = Blob.inMemory(ref);
        CountDownLatch done = fetch(4, blob);
        nodes.get(0).tell(new BlobPort.Piece(ref, 0, bytes.clone(), 0, PIECE));

        Patience.await().until(() -> fromNodes.get() == PIECE * 2L); // to the first, and on to the last
        assertThat(done.getCount()).isEqualTo(1);
        nodes.get(0).tell(new BlobPort.Connect(poolEnds.get(0)));

        expect(done);
        assertThat(blob.array()).isEqualTo(bytes);
    }
}
