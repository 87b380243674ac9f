package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What is kept for the other end of the way, until it has taken it as often as it was offered. Not thread-safe. */
final class Offers {
    private static final class Offered {
        private final BlobPort.Offer offer;
        private int times;
        /** Whom the other end was when it first asked for pieces. */
        private @Nullable ActorRef<BlobPort.Command> asker;

        private Offered(BlobPort.Offer offer) {
            this.offer = offer;
        }
    }

    private final @Nullable BlobFiles files;
    private final Spread spread;
    private final Map<BlobRef, Offered> offers = new HashMap<>();

    /** With {@code files} that the other end can read; null: it is on another machine. */
    Offers(@Nullable BlobFiles files, Spread spread) {
        this.files = files;
        this.spread = spread;
    }

    void add(BlobPort.Offer offer) {
        offers.computeIfAbsent(offer.ref(), ref -> begin(offer)).times++;
    }

    private Offered begin(BlobPort.Offer offer) {
        if (files != null && !offer.isInFile()) { // else whoever offers it sees to it
            files.offer(offer.ref());
        }
        return new Offered(offer);
    }

    void taken(BlobRef ref) {
        Offered offered = offers.get(ref);
        if (offered != null && --offered.times == 0) {
            offers.remove(ref);
            letGo(offered);
        }
    }

    BlobPort.@Nullable Offer find(BlobRef ref) {
        Offered offered = offers.get(ref);
        return offered == null ? null : offered.offer;
    }

    /** The node where the other end is to ask, the first time that it does; null: here. */
    @Nullable
    ActorRef<BlobPort.Command> holder(BlobPort.Offer offer, ActorRef<BlobPort.Command> asker) {
        Offered offered = offers.get(offer.ref());
        if (offered == null || offered.asker != null || !BlobFiles.isWorthIt(offer.ref())) {
            return null;
        }
        offered.asker = asker;
        return spread.join(offer.ref(), asker);
    }

    /** Where the other end finds all of it; null if it does not. */
    BlobPort.@Nullable InFile file(BlobPort.Offer offer) {
        return files == null ? null : files.file(offer.ref(), offer.array(), offer.from());
    }

    /**
     * A part of it.
     *
     * @throws IOException if it is in a file that cannot be read
     */
    BlobPort.Piece piece(BlobPort.Offer offer, int at, int length) throws IOException {
        if (offer.isInFile() && files != null) {
            return new BlobPort.Piece(offer.ref(), at, files.part(offer.ref(), offer.array(), at, length), 0, length);
        }
        return new BlobPort.Piece(offer.ref(), at, offer.array(), offer.from() + at, length);
    }

    private void letGo(Offered offered) {
        if (offered.asker != null) {
            spread.leave(offered.offer.ref(), offered.asker);
        }
        if (files != null && !offered.offer.isInFile()) {
            files.giveBack(offered.offer.ref());
        }
    }

    void close() {
        offers.values().forEach(this::letGo);
        offers.clear();
    }
}
