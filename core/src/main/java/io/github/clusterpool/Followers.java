package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What other nodes get from this one of the blobs that it has, or is about to have. Not thread-safe. */
final class Followers {
    private final int pieceBytes;
    private final Map<BlobRef, WeakReference<Blob>> blobs = new HashMap<>(); // while the node keeps them
    private final Map<BlobRef, List<BlobPort.WantFrom>> waiting = new HashMap<>();

    Followers(int pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    /** That one is here, or on its way. */
    void know(Blob blob) {
        if (BlobFiles.isWorthIt(blob.ref())) {
            blobs.values().removeIf(each -> each.get() == null);
            blobs.put(blob.ref(), new WeakReference<>(blob));
        }
    }

    void serve(BlobPort.WantFrom want) {
        Blob blob = find(want.ref());
        if (blob == null) {
            want.replyTo().tell(new BlobPort.Gone(want.ref()));
            return;
        }
        try {
            BlobPort.WantFrom rest = give(blob, want);
            if (rest != null) {
                waiting.computeIfAbsent(want.ref(), ref -> new ArrayList<>()).add(rest);
            }
        } catch (IOException e) { // it was let go
            want.replyTo().tell(new BlobPort.Gone(want.ref()));
        }
    }

    /** More of that blob is here, or it will never be. */
    void goOn(BlobRef ref) {
        List<BlobPort.WantFrom> wants = waiting.remove(ref);
        if (wants != null) {
            wants.forEach(this::serve);
        }
    }

    private @Nullable Blob find(BlobRef ref) {
        WeakReference<Blob> known = blobs.get(ref);
        Blob blob = known == null ? null : known.get();
        return blob == null || blob.broken() != null ? null : blob;
    }

    /**
     * Gives what is here.
     *
     * @return what is left of the want, for later; null if nothing
     */
    private BlobPort.@Nullable WantFrom give(Blob blob, BlobPort.WantFrom want) throws IOException {
        int size = blob.ref().size();
        int end = want.offset() + Math.min(want.length(), size - want.offset());
        for (int at = want.offset(); at >= 0 && at < end; at += pieceBytes) {
            int length = Math.min(pieceBytes, end - at);
            byte[] piece = at + length <= blob.reached() ? blob.part(at, length) : null;
            if (piece == null) {
                return new BlobPort.WantFrom(want.ref(), at, end - at, want.replyTo());
            }
            want.replyTo().tell(new BlobPort.Piece(want.ref(), at, piece, 0, length));
        }
        return null;
    }
}
