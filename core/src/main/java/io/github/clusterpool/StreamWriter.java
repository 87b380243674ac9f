package io.github.clusterpool;

import io.github.clusterpool.wire.CannotTravelException;
import io.github.clusterpool.wire.Slices;
import io.github.clusterpool.wire.SlicesWriter;
import io.github.clusterpool.wire.WireRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes the elements of a stream, part by part. Not thread-safe. */
final class StreamWriter<T, R> {
    private final Codec codec;
    private final byte[] function;
    private final JobOptions options;
    private SlicesWriter writer;
    private List<T> elements = new ArrayList<>();
    private @Nullable CannotTravelException refused;
    private int mostElements;
    private long mostBytes;
    private int next;

    StreamWriter(Codec codec, byte[] function, JobOptions options) {
        this.codec = codec;
        this.function = function;
        this.options = options;
        this.writer = codec.values().writer(WireRules.MOST_BYTES);
    }

    /** Whether nothing was added since the last part. */
    boolean isEmpty() {
        return elements.isEmpty() && refused == null;
    }

    /** What the next part may hold; before its first element. */
    void begin(int mostElements, long mostBytes) {
        this.mostElements = Math.min(mostElements, Integer.MAX_VALUE - next);
        this.mostBytes = mostBytes;
    }

    /** Whether the part takes no other element. */
    boolean isFull() {
        return elements.size() >= mostElements || writer.byteSize() >= mostBytes || refused != null;
    }

    void add(T x) {
        try {
            writer.add(x);
            elements.add(x);
        } catch (CannotTravelException e) {
            refused = e;
        }
    }

    /** The elements since the last part, as parts of which all but the first have one element. */
    List<StreamPart<R>> cut() {
        List<StreamPart<R>> parts = new ArrayList<>();
        if (!elements.isEmpty()) {
            addParts(writer.finish(), parts);
        }
        if (refused != null) {
            parts.add(StreamPart.refused(next, codec.refused("element " + next, refused)));
            went(1);
        }
        writer = codec.values().writer(WireRules.MOST_BYTES);
        elements = new ArrayList<>(elements.size()); // the next part is likely to be like it
        refused = null;
        return parts;
    }

    /** The place where the source of the elements failed. */
    StreamPart<R> broken(Throwable why) {
        return StreamPart.broken(next, why);
    }

    /** If one of the elements is too large, each goes alone, so that only that one fails. */
    private void addParts(Slices encoded, List<StreamPart<R>> parts) {
        try {
            Work work = codec.part(function, encoded, options, next);
            parts.add(StreamPart.of(next, elements, work));
            went(elements.size());
        } catch (PayloadTooLargeException e) {
            for (int i = 0; i < elements.size(); i++) {
                parts.add(alone(elements.get(i), encoded, i));
                went(1);
            }
        }
    }

    private StreamPart<R> alone(T x, Slices encoded, int i) {
        byte[] bytes = encoded.cut(i, i + 1);
        try {
            Slices alone = new Slices(encoded.types(), bytes, new int[] {bytes.length});
            List<T> element = new ArrayList<>(1);
            element.add(x); // may be null
            return StreamPart.of(next, element, codec.part(function, alone, options, next));
        } catch (PayloadTooLargeException e) {
            return StreamPart.refused(next, e);
        }
    }

    private void went(int elements) {
        next = (next + elements) % Integer.MAX_VALUE;
    }
}
