package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.NamelessFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * goes in a file, which all nodes there read.
 */
final class BlobPort extends AbstractBehavior<BlobPort.Command> {
    /** Its name, below what it belongs to: by its path, Artery knows that large messages go there. */
    static final String NAME = "blobs";

    /** Bytes asked for and not come yet, of one blob: enough for the time there and back on a busy machine. */
    static final int WINDOW_BYTES = 4 * 1024 * 1024;
    /** Blobs fetched at the same time, so that a small one need not wait for a large one. */
    private static final int AT_ONCE = 4;

    /** From here on, it is worth a file; and as much is read at once. */
    static final int LEAST_FILE_BYTES = 1024 * 1024;

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

    /** Asks for a file that holds all of a blob. */
    record WantFile(BlobRef ref) implements FromPeer {}

    /** That process has all of it in the file of that descriptor. */
    record InFile(BlobRef ref, long process, int descriptor) implements FromPeer {}

    /** It is here, but goes only in pieces. */
    record NoFile(BlobRef ref) implements FromPeer {}

    private record ReadOn(BlobRef ref) implements Command {}

    private record LookAgain() implements Command {}

    private static final class Fetched {
        final Blob blob;
        final List<Runnable> then = new ArrayList<>();
        boolean begun;
        /** Whether it is to come in a file, and that file. */
        boolean asFile;

        @Nullable
        NamelessFile file;
        /** Up to where it has been asked for, and how far it had come when somebody last looked. */
        int asked;

        int seen = -1;

        Fetched(Blob blob, boolean sameMachine) {
            this.blob = blob;
            this.asFile = sameMachine && blob.ref().size() >= LEAST_FILE_BYTES;
        }
    }

    private final TimerScheduler<Command> timers;
    private final int pieceBytes;
    private final boolean sameMachine;
    private final Offers offers;
    private final Map<BlobRef, Fetched> fetches = new LinkedHashMap<>();
    private @Nullable ActorRef<Command> peer;

    /** What the pool calls its end to the node of that worker. */
    static String name(WorkerRef ref) {
        return NAME + "-" + ref.start();
    }

    /**
     * With {@code pieceBytes} in each message.
     *
     * @param files that the other end can read; null: it is on another machine
     */
    static Behavior<Command> create(int pieceBytes, @Nullable BlobFiles files) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new BlobPort(context, timers, pieceBytes, files)));
    }

    static Props props() {
        return DispatcherSelector.blocking();
    }

    private BlobPort(
            ActorContext<Command> context, TimerScheduler<Command> timers, int pieceBytes, @Nullable BlobFiles files) {
        super(context);
        this.timers = timers;
        this.pieceBytes = pieceBytes;
        this.sameMachine = files != null;
        this.offers = new Offers(files);
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
                .onMessage(LookAgain.class, this::onLookAgain)
                .onMessage(Connect.class, this::onConnect)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onConnect(Connect connect) {
        peer = connect.peer();
        askOn();
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

    private Behavior<Command> onWant(Want want) {
        Offer offer = offers.find(want.ref());
        if (offer == null) {
            tell(new Missing(want.ref()));
            return this;
        }
        int size = want.ref().size();
        int end = want.offset() + Math.min(want.length(), size - want.offset());
        for (int at = want.offset(); at >= 0 && at < end; at += pieceBytes) {
            tell(new Piece(want.ref(), at, offer.array(), offer.from() + at, Math.min(pieceBytes, size - at)));
        }
        return this;
    }

    private Behavior<Command> onWantFile(WantFile want) {
        Offer offer = offers.find(want.ref());
        if (offer == null) {
            tell(new Missing(want.ref()));
            return this;
        }
        NamelessFile file = offers.file(offer);
        tell(
                file == null
                        ? new NoFile(want.ref())
                        : new InFile(want.ref(), ProcessHandle.current().pid(), file.descriptor()));
        return this;
    }

    // ---- what this end wants

    private Behavior<Command> onFetch(Fetch fetch) {
        if (fetch.blob().isSettled()) {
            fetch.then().run();
            return this;
        }
        fetches.computeIfAbsent(fetch.blob().ref(), ref -> new Fetched(fetch.blob(), sameMachine))
                .then
                .add(fetch.then());
        if (fetches.size() == 1) {
            timers.startTimerWithFixedDelay("look", new LookAgain(), PATIENCE);
        }
        askOn();
        return this;
    }

    private Behavior<Command> onPiece(Piece piece) {
        Fetched fetched = fetches.get(piece.ref());
        if (fetched != null && !fetched.asFile) {
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

    private Behavior<Command> onInFile(InFile in) {
        Fetched fetched = fetches.get(in.ref());
        if (fetched == null || !fetched.asFile || fetched.file != null) {
            return this; // told twice
        }
        try {
            fetched.file =
                    NamelessFile.open(in.process(), in.descriptor(), in.ref().size());
            getContext().getSelf().tell(new ReadOn(in.ref()));
        } catch (IOException e) {
            inPieces(fetched);
        }
        return this;
    }

    /** Not all at once, for others wait, too. */
    private Behavior<Command> onReadOn(ReadOn on) {
        Fetched fetched = fetches.get(on.ref());
        if (fetched != null && fetched.file != null) {
            fetched.blob.read(fetched.file, LEAST_FILE_BYTES);
            if (fetched.blob.isSettled()) {
                settle(fetched);
            } else {
                getContext().getSelf().tell(on);
            }
        }
        return this;
    }

    private Behavior<Command> onNoFile(NoFile none) {
        Fetched fetched = fetches.get(none.ref());
        if (fetched != null && fetched.asFile && fetched.file == null) {
            inPieces(fetched);
        }
        return this;
    }

    private void inPieces(Fetched fetched) {
        fetched.asFile = false;
        ask(fetched);
    }

    private Behavior<Command> onMissing(Missing missing) {
        Fetched fetched = fetches.get(missing.ref());
        if (fetched != null && fetched.file == null) {
            fetched.blob.breakOff("is not there any more");
            settle(fetched);
        }
        return this;
    }

    private void settle(Fetched fetched) {
        fetches.remove(fetched.blob.ref());
        if (fetched.file != null && fetched.blob.isInMemory()) {
            fetched.file.close();
        }
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
            if (!fetched.begun && peer != null) {
                fetched.begun = true;
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
        BlobRef ref = fetched.blob.ref();
        if (fetched.asFile) {
            if (fetched.file == null) {
                tell(new WantFile(ref));
            }
            return;
        }
        int end = (int) Math.min(ref.size(), fetched.blob.reached() + (long) Math.max(WINDOW_BYTES, pieceBytes));
        if (peer != null && end > fetched.asked) {
            tell(new Want(ref, fetched.asked, end - fetched.asked));
            fetched.asked = end;
        }
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
