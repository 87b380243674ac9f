package io.github.clusterpool;

import io.github.clusterpool.wire.CannotTravelException;
import io.github.clusterpool.wire.SlicesWriter;
import org.jspecify.annotations.Nullable;

/** Encodes outcomes one after another, as many as fit into a message; what cannot travel becomes a failure. */
final class OutcomeWriter {
    private final Codec codec;
    private final long maxBytes;
    private final int threshold;
    private @Nullable SlicesWriter begun; // anew, after what was taken
    private int failed;

    /**
     * With limits for one outcome.
     *
     * @param threshold beyond which it is large
     */
    OutcomeWriter(Codec codec, long maxBytes, int threshold) {
        this.codec = codec;
        this.maxBytes = maxBytes;
        this.threshold = threshold;
    }

    private SlicesWriter writer() {
        SlicesWriter writer = begun == null ? codec.values().writer() : begun;
        begun = writer;
        return writer;
    }

    static byte[] single(Codec codec, @Nullable Object outcome, long maxBytes) {
        OutcomeWriter writer = new OutcomeWriter(codec, maxBytes, Integer.MAX_VALUE);
        writer.add(outcome);
        return writer.take();
    }

    /**
     * Adds an outcome.
     *
     * @return false if there is no room; {@link #take} what there is, then add it again
     */
    boolean add(@Nullable Object outcome) {
        SlicesWriter writer = writer();
        try {
            writer.add(outcome);
            failed += outcome instanceof Failure ? 1 : 0;
            return true;
        } catch (CannotTravelException e) {
            if (e.isTooLarge() && writer.size() > 0) {
                return false;
            }
            writer.add(refused(e));
            failed++;
            return true;
        }
    }

    private Failure refused(CannotTravelException e) {
        return e.isTooLarge()
                ? Failure.of(Failure.Kind.TOO_LARGE, new IllegalArgumentException(Messages.resultTooLarge(maxBytes)))
                : Failure.of(Failure.Kind.NOT_PORTABLE, new IllegalArgumentException("its result: " + e.getMessage()));
    }

    int size() {
        return begun == null ? 0 : begun.size();
    }

    int failed() {
        return failed;
    }

    /** Whether one of them is too large for a message. */
    boolean hasLarge() {
        return begun != null && begun.largest() > threshold;
    }

    long byteSize() {
        return begun == null ? 0 : begun.byteSize();
    }

    /** What was added since the last time. */
    byte[] take() {
        byte[] bytes = codec.outcomes(writer().finish());
        begun = null;
        failed = 0;
        return bytes;
    }
}
