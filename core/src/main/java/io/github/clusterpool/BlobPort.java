package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One end of the way that blobs take between the pool and one node: gives the other end pieces of what is kept here for
 * it, and fetches what this end wants. Who fetches asks for a few pieces ahead, and for what does not come once more; so
 * nothing is sent that nobody has room for, and nothing is lost with a message.
 */
final class BlobPort extends AbstractBehavior<BlobPort.Command> {
    /** Its name, below what it belongs to: by its path, Artery knows that large messages go there. */
    static final String NAME = "blobs";

    /** Bytes asked for and not come yet, of one blob: enough for the time there and back on a busy machine. */
    static final int WINDOW_BYTES = 4 * 1024 * 1024;
    /** Blobs fetched at the same time, so that a small one need not wait for a large one. */
    private static final int AT_ONCE = 4;

    /** Longer than a busy machine keeps anybody waiting: what is asked for twice in vain makes it busier. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    sealed interface Command {}

    /** What one end says to the other. */
    sealed interface FromPeer extends Command, PoolMessage {}

    /** The other end is there. */
    record Connect(ActorRef<Command> peer) implements Command {}

    /** Keeps bytes for the other end until it has taken them as often as they were offered. */
    record Offer(BlobRef ref, byte[] array, int from) implements Command {}

    record Taken(BlobRef ref) implements Command {}

    /** Fills a blob, the same one for the same reference, and then does that, on the thread of this actor. */
    record Fetch(Blob blob, Runnable then) implements Command {}

    /** Asks for that part of a blob. */
    record Want(BlobRef ref, int offset, int length) implements FromPeer {}

    /** The part of an array that is the piece of a blob at {@code offset}. */
    record Piece(BlobRef ref, int offset, byte[] array, int from, int length) implements FromPeer {}

    /** Nothing like it is kept here. */
    record Missing(BlobRef ref) implements FromPeer {}

    private record LookAgain() implements Command {}

    private static final class Offered {
        final Offer offer;
        int times;

        Offered(Offer offer) {
            this.offer = offer;
        }
    }

    private static final class Fetched {
        final Blob blob;
        final List<Runnable> then = new ArrayList<>();
        /** Up to where it has been asked for, and how far it had come when somebody last looked. */
        int asked;

        int seen = -1;

        Fetched(Blob blob) {
            this.blob = blob;
        }
    }

    private final TimerScheduler<Command> timers;
    private final int pieceBytes;
    private final Map<BlobRef, Offered> offers = new HashMap<>();
    private final Map<BlobRef, Fetched> fetches = new LinkedHashMap<>();
    private @Nullable ActorRef<Command> peer;

    /** What the pool calls its end to the node of that worker. */
    static String name(WorkerRef ref) {
        return NAME + "-" + ref.start();
    }

    /** With {@code pieceBytes} in each message. */
    static Behavior<Command> create(int pieceBytes) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new BlobPort(context, timers, pieceBytes)));
    }

    private BlobPort(ActorContext<Command> context, TimerScheduler<Command> timers, int pieceBytes) {
        super(context);
        this.timers = timers;
        this.pieceBytes = pieceBytes;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Piece.class, this::onPiece)
                .onMessage(Want.class, this::onWant)
                .onMessage(Offer.class, this::onOffer)
                .onMessage(Taken.class, this::onTaken)
                .onMessage(Fetch.class, this::onFetch)
                .onMessage(Missing.class, this::onMissing)
                .onMessage(LookAgain.class, this::onLookAgain)
                .onMessage(Connect.class, this::onConnect)
                .build();
    }

    private Behavior<Command> onConnect(Connect connect) {
        peer = connect.peer();
        askOn();
        return this;
    }

    // ---- what is kept for the other end

    private Behavior<Command> onOffer(Offer offer) {
        offers.computeIfAbsent(offer.ref(), ref -> new Offered(offer)).times++;
        return this;
    }

    private Behavior<Command> onTaken(Taken taken) {
        Offered offered = offers.get(taken.ref());
        if (offered != null && --offered.times == 0) {
            offers.remove(taken.ref());
        }
        return this;
    }

    private Behavior<Command> onWant(Want want) {
        Offered offered = offers.get(want.ref());
        if (offered == null) {
            tell(new Missing(want.ref()));
            return this;
        }
        int size = want.ref().size();
        int end = want.offset() + Math.min(want.length(), size - want.offset());
        for (int at = want.offset(); at >= 0 && at < end; at += pieceBytes) {
            Offer offer = offered.offer;
            tell(new Piece(want.ref(), at, offer.array(), offer.from() + at, Math.min(pieceBytes, size - at)));
        }
        return this;
    }

    // ---- what this end wants

    private Behavior<Command> onFetch(Fetch fetch) {
        if (fetch.blob().isSettled()) {
            fetch.then().run();
            return this;
        }
        Fetched fetched = fetches.computeIfAbsent(fetch.blob().ref(), ref -> new Fetched(fetch.blob()));
        fetched.then.add(fetch.then());
        if (fetches.size() == 1) {
            timers.startTimerWithFixedDelay("look", new LookAgain(), PATIENCE);
        }
        askOn();
        return this;
    }

    private Behavior<Command> onPiece(Piece piece) {
        Fetched fetched = fetches.get(piece.ref());
        if (fetched != null) {
            int before = fetched.blob.reached();
            fetched.blob.add(piece.offset(), piece.array(), piece.from(), piece.length());
            fetched.asked = Math.max(fetched.asked, fetched.blob.reached());
            if (fetched.blob.isSettled()) {
                settle(fetched);
            } else if (fetched.blob.reached() < before) {
                askAgain(fetched); // it came with another digest
            } else if (fetched.asked - fetched.blob.reached() <= WINDOW_BYTES / 2) {
                ask(fetched);
            }
        }
        return this;
    }

    private Behavior<Command> onMissing(Missing missing) {
        Fetched fetched = fetches.get(missing.ref());
        if (fetched != null) {
            fetched.blob.breakOff("is not there any more");
            settle(fetched);
        }
        return this;
    }

    private void settle(Fetched fetched) {
        fetches.remove(fetched.blob.ref());
        fetched.then.forEach(Runnable::run);
        if (fetches.isEmpty()) {
            timers.cancel("look");
        }
        askOn();
    }

    /** Asks again for what does not come any more. */
    private Behavior<Command> onLookAgain(LookAgain look) {
        for (Fetched fetched : underWay()) {
            if (fetched.seen == fetched.blob.reached()) {
                askAgain(fetched);
            }
            fetched.seen = fetched.blob.reached();
        }
        return this;
    }

    private void askOn() {
        for (Fetched fetched : underWay()) {
            if (fetched.asked == 0) {
                ask(fetched);
            }
        }
    }

    private List<Fetched> underWay() {
        List<Fetched> first = new ArrayList<>(AT_ONCE);
        for (Iterator<Fetched> each = fetches.values().iterator(); each.hasNext() && first.size() < AT_ONCE; ) {
            first.add(each.next());
        }
        return first;
    }

    private void askAgain(Fetched fetched) {
        fetched.asked = fetched.blob.reached();
        ask(fetched);
    }

    /** Asks for as much as may be under way. */
    private void ask(Fetched fetched) {
        int end = (int)
                Math.min(fetched.blob.ref().size(), fetched.blob.reached() + (long) Math.max(WINDOW_BYTES, pieceBytes));
        if (peer != null && end > fetched.asked) {
            tell(new Want(fetched.blob.ref(), fetched.asked, end - fetched.asked));
            fetched.asked = end;
        }
    }

    private void tell(FromPeer message) {
        ActorRef<Command> other = peer;
        if (other != null) {
            other.tell(message);
        }
    }
}
