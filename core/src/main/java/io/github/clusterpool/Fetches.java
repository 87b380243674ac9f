package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.OpenFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The blobs that one end of a way wants from the other, and what to ask for next. Not thread-safe. */
final class Fetches {
    /** Bytes asked for and not come yet, of one blob: enough for the time there and back on a busy machine. */
    static final int WINDOW_BYTES = 4 * 1024 * 1024;

    /** Blobs fetched at the same time, so that a small one need not wait for a large one. */
    private static final int AT_ONCE = 4;

    /** Read at once: others wait, too. */
    private static final int PART_BYTES = 1024 * 1024;

    private static final class Fetched {
        final Blob blob;
        final List<Runnable> then = new ArrayList<>();
        boolean begun;
        /** Whether it is to come in a file, and that file. */
        boolean asFile;

        @Nullable
        OpenFile file;

        /** The node that it is to come from; null: the pool. */
        @Nullable
        ActorRef<BlobPort.Command> holder;

        /** Up to where it has been asked for, and how far it had come when somebody last looked. */
        int asked;

        int seen = -1;

        Fetched(Blob blob, boolean sameMachine) {
            this.blob = blob;
            this.asFile = sameMachine && BlobFiles.isWorthIt(blob.ref());
        }
    }

    private final int window;
    private final boolean sameMachine;
    private final Consumer<BlobPort.FromPeer> peer;
    private final ActorRef<BlobPort.Command> self;
    private final Map<BlobRef, Fetched> fetches = new LinkedHashMap<>();
    private boolean connected;

    Fetches(int pieceBytes, boolean sameMachine, Consumer<BlobPort.FromPeer> peer, ActorRef<BlobPort.Command> self) {
        this.window = Math.max(WINDOW_BYTES, pieceBytes);
        this.sameMachine = sameMachine;
        this.peer = peer;
        this.self = self;
    }

    boolean isEmpty() {
        return fetches.isEmpty();
    }

    void connected() {
        connected = true;
        askOn();
    }

    void add(BlobPort.Fetch fetch) {
        if (fetch.blob().isSettled()) {
            fetch.then().run();
            return;
        }
        Fetched fetched = fetches.computeIfAbsent(fetch.blob().ref(), ref -> new Fetched(fetch.blob(), sameMachine));
        boolean isSame = fetched.blob == fetch.blob();
        fetched.then.add(isSame ? fetch.then() : () -> add(fetch)); // another one of the same content comes after it
        askOn();
    }

    void came(BlobPort.Piece piece) {
        Fetched fetched = fetches.get(piece.ref());
        if (fetched == null || fetched.asFile) {
            return;
        }
        int before = fetched.blob.reached();
        fetched.blob.add(piece.offset(), piece.array(), piece.from(), piece.length());
        fetched.asked = Math.max(fetched.asked, fetched.blob.reached());
        if (fetched.blob.isSettled()) {
            settle(fetched);
        } else if (fetched.blob.reached() < before) {
            turnTo(piece.ref(), null); // it came with another digest
        } else if (fetched.asked - fetched.blob.reached() <= WINDOW_BYTES / 2) {
            ask(fetched);
        }
    }

    /**
     * Opens the file that a blob is in.
     *
     * @return false if there is nothing to read: it was told twice, or comes in pieces now
     */
    boolean open(BlobPort.InFile in) {
        Fetched fetched = fetches.get(in.ref());
        if (fetched == null || !fetched.asFile || fetched.file != null) {
            return false;
        }
        try {
            fetched.file = SharedFile.open(in.process(), in.descriptor(), in.ref());
            return true;
        } catch (IOException e) {
            inPieces(fetched);
            return false;
        }
    }

    /**
     * Reads a part of a file.
     *
     * @return false if there is nothing more to read
     */
    boolean readOn(BlobRef ref) {
        Fetched fetched = fetches.get(ref);
        if (fetched == null || fetched.file == null) {
            return false;
        }
        try {
            fetched.blob.read(fetched.file, PART_BYTES);
        } catch (IOException e) {
            fetched.file.close();
            fetched.file = null;
            inPieces(fetched);
            return false;
        }
        if (!fetched.blob.isSettled()) {
            return true;
        }
        if (fetched.blob.isInMemory()) {
            fetched.file.close();
        }
        settle(fetched);
        return false;
    }

    void noFile(BlobRef ref) {
        Fetched fetched = fetches.get(ref);
        if (fetched != null && fetched.asFile && fetched.file == null) {
            inPieces(fetched);
        }
    }

    private void inPieces(Fetched fetched) {
        fetched.asFile = false;
        fetched.asked = 0;
        ask(fetched);
    }

    void missing(BlobRef ref) {
        Fetched fetched = fetches.get(ref);
        if (fetched != null && fetched.file == null) {
            fetched.blob.breakOff("is not there any more");
            settle(fetched);
        }
    }

    /** It is to come from that node now; null: from the pool again. */
    void turnTo(BlobRef ref, @Nullable ActorRef<BlobPort.Command> holder) {
        Fetched fetched = fetches.get(ref);
        if (fetched != null && !fetched.asFile) {
            fetched.holder = holder;
            askAgain(fetched);
        }
    }

    private void settle(Fetched fetched) {
        fetches.remove(fetched.blob.ref());
        fetched.then.forEach(Runnable::run);
        askOn();
    }

    /** Asks again for what does not come any more. */
    void askAgain() {
        for (Fetched fetched : underWay()) {
            if (fetched.seen == fetched.blob.reached()) {
                fetched.holder = null;
                askAgain(fetched);
            }
            fetched.seen = fetched.blob.reached();
        }
    }

    private void askOn() {
        for (Fetched fetched : underWay()) {
            if (!fetched.begun && connected) {
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
                peer.accept(new BlobPort.WantFile(ref));
            }
            return;
        }
        int end = (int) Math.min(ref.size(), fetched.blob.reached() + (long) window);
        if (connected && end > fetched.asked) {
            want(fetched, end - fetched.asked);
            fetched.asked = end;
        }
    }

    private void want(Fetched fetched, int length) {
        BlobRef ref = fetched.blob.ref();
        if (fetched.holder == null) {
            peer.accept(new BlobPort.Want(ref, fetched.asked, length));
        } else {
            fetched.holder.tell(new BlobPort.WantFrom(ref, fetched.asked, length, self));
        }
    }
}
