package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What is kept for the other end of the way, until it has taken it as often as it was offered. Not thread-safe. */
final class Offers {
    private static final class Offered {
        private BlobSource source;
        private int times;
        /** Whom the other end was when it first asked for pieces. */
        private @Nullable ActorRef<BlobPort.Command> asker;

        private Offered(BlobSource source) {
            this.source = source;
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
        Offered offered = offers.computeIfAbsent(offer.ref(), ref -> begin(offer));
        offered.times++;
        if (offer.source() instanceof BlobSource.Memory) {
            offered.source = offer.source(); // a file is held only until it was taken as often as it was offered itself
        }
    }

    private Offered begin(BlobPort.Offer offer) {
        if (files != null) {
            files.offer(offer.ref());
        }
        return new Offered(offer.source());
    }

    void taken(BlobRef ref) {
        Offered offered = offers.get(ref);
        if (offered != null && --offered.times == 0) {
            offers.remove(ref);
            letGo(ref, offered);
        }
    }

    @Nullable
    BlobSource find(BlobRef ref) {
        Offered offered = offers.get(ref);
        return offered == null ? null : offered.source;
    }

    /** The node where the other end is to ask, the first time that it does; null: here. */
    @Nullable
    ActorRef<BlobPort.Command> holder(BlobRef ref, ActorRef<BlobPort.Command> asker) {
        Offered offered = offers.get(ref);
        if (offered == null || offered.asker != null || !BlobFiles.isWorthIt(ref)) {
            return null;
        }
        offered.asker = asker;
        return spread.join(ref, asker);
    }

    /** Where the other end finds all of it; null if it does not. */
    BlobPort.@Nullable InFile inFile(BlobRef ref, BlobSource source) {
        return files == null ? null : source.inFile(ref, files);
    }

    private void letGo(BlobRef ref, Offered offered) {
        if (offered.asker != null) {
            spread.leave(ref, offered.asker);
        }
        if (files != null) {
            files.giveBack(ref);
        }
    }

    void close() {
        offers.forEach(this::letGo);
        offers.clear();
    }
}
