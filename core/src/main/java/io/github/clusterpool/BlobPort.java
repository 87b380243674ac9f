package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One end of the way that blobs take between the pool and one node: gives the other end pieces of what is kept here for
 * it, and fetches what this end wants. Who fetches asks for a few pieces ahead, and for what does not come once more; so
 * nothing is sent that nobody has room for, and nothing is lost with a message. On the same machine what is very large
 * goes in a file, which all nodes there read; elsewhere, if more than a few nodes want it, it goes on from node to node.
 */
final class BlobPort extends AbstractBehavior<BlobPort.Command> {
    /** Its name, below what it belongs to. */
    static final String NAME = "blobs";

    private static final String LOOK = "look";

    /** Longer than a busy machine keeps anybody waiting: what is asked for twice in vain makes it busier. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    sealed interface Command {}

    /** What one end says to the other. */
    sealed interface FromPeer extends Command, PoolMessage {}

    /** The other end is there. */
    record Connect(ActorRef<Command> peer) implements Command {}

    /** Keeps bytes for the other end until it has taken them as often as they were offered. */
    record Offer(BlobRef ref, BlobSource source) implements Command {}

    record Taken(BlobRef ref) implements Command {}

    /** Fills a blob, the same one for the same reference, and then does that, on the thread of this actor. */
    record Fetch(Blob blob, Runnable then) implements Command {}

    /** Asks for that part of a blob. */
    record Want(BlobRef ref, int offset, int length) implements FromPeer {}

    /** The part of an array that is the piece of a blob at {@code offset}. */
    record Piece(BlobRef ref, int offset, byte[] array, int from, int length) implements FromPeer {}

    /** Nothing like it is kept here. */
    record Missing(BlobRef ref) implements FromPeer {}

    /** That node has it, or will soon; who cannot get it there asks here again. */
    record Elsewhere(BlobRef ref, ActorRef<Command> holder) implements FromPeer {}

    /** Asks another node for that part of a blob. */
    record WantFrom(BlobRef ref, int offset, int length, ActorRef<Command> replyTo) implements FromPeer {}

    /** It is not at that node, or not any more. */
    record Gone(BlobRef ref) implements FromPeer {}

    /** Asks for a file that holds all of a blob. */
    record WantFile(BlobRef ref) implements FromPeer {}

    /** That process has all of it in the file of that descriptor. */
    record InFile(BlobRef ref, long process, int descriptor) implements FromPeer {}

    /** It is here, but goes only in pieces. */
    record NoFile(BlobRef ref) implements FromPeer {}

    private record ReadOn(BlobRef ref) implements Command {}

    private record LookAgain() implements Command {}

    private final TimerScheduler<Command> timers;
    private final int pieceBytes;
    private final Offers offers;
    private final Fetches fetches;
    private final Followers followers;
    private @Nullable ActorRef<Command> peer;

    /** What the pool calls its end of that way. */
    static String name(long way) {
        return NAME + "-" + way;
    }

    /**
     * With {@code pieceBytes} in each message.
     *
     * @param files that the other end can read; null: it is on another machine
     */
    static Behavior<Command> create(int pieceBytes, @Nullable BlobFiles files) {
        return create(pieceBytes, files, new Spread());
    }

    /** The pool's end to one of the nodes among which {@code spread} knows the way. */
    static Behavior<Command> create(int pieceBytes, @Nullable BlobFiles files, Spread spread) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new BlobPort(context, timers, pieceBytes, files, spread)));
    }

    static Props props() {
        return DispatcherSelector.blocking();
    }

    private BlobPort(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int pieceBytes,
            @Nullable BlobFiles files,
            Spread spread) {
        super(context);
        this.timers = timers;
        this.pieceBytes = pieceBytes;
        this.offers = new Offers(files, spread);
        this.fetches = new Fetches(pieceBytes, files != null, this::tell, context.getSelf());
        this.followers = new Followers(pieceBytes);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Piece.class, this::onPiece)
                .onMessage(Want.class, this::onWant)
                .onMessage(Offer.class, this::onOffer)
                .onMessage(Taken.class, this::onTaken)
                .onMessage(Fetch.class, this::onFetch)
                .onMessage(ReadOn.class, this::onReadOn)
                .onMessage(WantFile.class, this::onWantFile)
                .onMessage(InFile.class, this::onInFile)
                .onMessage(NoFile.class, this::onNoFile)
                .onMessage(Missing.class, this::onMissing)
                .onMessage(Elsewhere.class, this::onElsewhere)
                .onMessage(WantFrom.class, this::onWantFrom)
                .onMessage(Gone.class, this::onGone)
                .onMessage(LookAgain.class, this::onLookAgain)
                .onMessage(Connect.class, this::onConnect)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onConnect(Connect connect) {
        peer = connect.peer();
        fetches.connected();
        return this;
    }

    // ---- what is kept for the other end

    private Behavior<Command> onOffer(Offer offer) {
        offers.add(offer);
        return this;
    }

    private Behavior<Command> onTaken(Taken taken) {
        offers.taken(taken.ref());
        return this;
    }

    private Behavior<Command> onWantFrom(WantFrom want) {
        followers.serve(want);
        return this;
    }

    private Behavior<Command> onWant(Want want) {
        BlobSource source = offers.find(want.ref());
        if (source == null) {
            tell(new Missing(want.ref()));
            return this;
        }
        ActorRef<Command> holder = peer == null ? null : offers.holder(want.ref(), peer);
        if (holder != null) {
            tell(new Elsewhere(want.ref(), holder));
            return this;
        }
        int size = want.ref().size();
        int end = want.offset() + Math.min(want.length(), size - want.offset());
        try {
            for (int at = want.offset(); at >= 0 && at < end; at += pieceBytes) {
                tell(source.piece(want.ref(), at, Math.min(pieceBytes, end - at)));
            }
        } catch (IOException e) {
            getContext().getLog().warn(Messages.unreadableFile(want.ref()), e);
            tell(new Missing(want.ref()));
        }
        return this;
    }

    private Behavior<Command> onWantFile(WantFile want) {
        BlobSource source = offers.find(want.ref());
        if (source == null) {
            tell(new Missing(want.ref()));
            return this;
        }
        InFile file = offers.inFile(want.ref(), source);
        tell(file == null ? new NoFile(want.ref()) : file);
        return this;
    }

    // ---- what this end wants

    private Behavior<Command> onFetch(Fetch fetch) {
        followers.know(fetch.blob());
        fetches.add(fetch);
        if (!fetches.isEmpty() && !timers.isTimerActive(LOOK)) {
            timers.startTimerWithFixedDelay(LOOK, new LookAgain(), PATIENCE);
        }
        return this;
    }

    private Behavior<Command> onPiece(Piece piece) {
        fetches.came(piece);
        followers.goOn(piece.ref());
        return this;
    }

    private Behavior<Command> onInFile(InFile in) {
        if (fetches.open(in)) {
            getContext().getSelf().tell(new ReadOn(in.ref()));
        }
        return this;
    }

    /** Not all at once, for others wait, too. */
    private Behavior<Command> onReadOn(ReadOn on) {
        if (fetches.readOn(on.ref())) {
            getContext().getSelf().tell(on);
        }
        return this;
    }

    private Behavior<Command> onNoFile(NoFile none) {
        fetches.noFile(none.ref());
        return this;
    }

    private Behavior<Command> onMissing(Missing missing) {
        fetches.missing(missing.ref());
        followers.goOn(missing.ref());
        return this;
    }

    private Behavior<Command> onElsewhere(Elsewhere elsewhere) {
        fetches.turnTo(elsewhere.ref(), elsewhere.holder());
        return this;
    }

    private Behavior<Command> onGone(Gone gone) {
        fetches.turnTo(gone.ref(), null);
        return this;
    }

    private Behavior<Command> onLookAgain(LookAgain look) {
        fetches.askAgain();
        if (fetches.isEmpty()) {
            timers.cancel(LOOK);
        }
        return this;
    }

    private void tell(FromPeer message) {
        ActorRef<Command> other = peer;
        if (other != null) {
            other.tell(message);
        }
    }

    private Behavior<Command> onPostStop() {
        offers.close();
        return this;
    }
}
