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
    /** Elements that may wait to be encoded together, which costs half as much, while they are small. */
    private static final int TOGETHER = 64;

    private static final int SMALL = 16; // so many times what waits fits into a part

    private final Codec codec;
    private final byte[] function;
    private final JobOptions options;
    private final boolean keeps;
    private final List<StreamPart<R>> cut = new ArrayList<>();
    private SlicesWriter writer;
    private List<T> elements = new ArrayList<>();
    private int look = 1; // when there are so many elements, they are encoded
    private int mostElements = 1;
    private long mostBytes;
    private int waiting = 1; // elements, so few that they fit into a part many times, by those of the last part
    private int next;

    /**
     * For a stream from its beginning.
     *
     * @param keeps whether the source leaves its elements as they are once it has given them
     */
    StreamWriter(Codec codec, byte[] function, JobOptions options, boolean keeps) {
        this.codec = codec;
        this.function = function;
        this.options = options;
        this.keeps = keeps;
        this.writer = codec.values().writer(WireRules.MOST_BYTES);
    }

    /** Whether nothing was added since the last part. */
    boolean isEmpty() {
        return elements.isEmpty() && cut.isEmpty();
    }

    /** What the next part may hold; before its first element. */
    void begin(int mostElements, long mostBytes) {
        this.mostElements = Math.min(mostElements, Integer.MAX_VALUE - next);
        this.mostBytes = mostBytes;
        lookSoon();
    }

    private void lookSoon() {
        look = Math.min(mostElements, elements.size() + waiting);
    }

    /** Adds an element; true if another may follow without a look at {@link #isFull}. */
    boolean add(T x) {
        elements.add(x);
        return elements.size() < look && (keeps || staysAsItIs(x));
    }

    private static boolean staysAsItIs(@Nullable Object x) {
        return x instanceof Integer || x instanceof String || x instanceof Long || x instanceof Double || x == null;
    }

    /** Whether the part takes no other element. */
    boolean isFull() {
        encode();
        lookSoon();
        return !cut.isEmpty() || isCrowded();
    }

    private boolean isCrowded() {
        return writer.size() >= mostElements || writer.byteSize() >= mostBytes;
    }

    private void encode() {
        while (writer.size() < elements.size()) {
            if (isCrowded()) {
                cutPart();
            }
            try {
                writer.addAll(elements, writer.size(), mostElements, mostBytes);
            } catch (CannotTravelException e) {
                cutPart();
                cut.add(StreamPart.refused(next, codec.refused("element " + next, e)));
                elements.remove(0);
                went(1);
            }
        }
    }

    /** The elements since the last part, as parts. */
    List<StreamPart<R>> cut() {
        encode();
        cutPart();
        List<StreamPart<R>> parts = List.copyOf(cut);
        cut.clear();
        return parts;
    }

    /** What is encoded. */
    private void cutPart() {
        int encoded = writer.size();
        if (encoded == 0) {
            return;
        }
        List<T> rest = elements.subList(encoded, elements.size());
        List<T> others = new ArrayList<>(elements.size()); // the next part is likely to be like it
        others.addAll(rest);
        rest.clear();
        double fit = (double) mostBytes / SMALL * encoded / Math.max(1, writer.byteSize());
        waiting = (int) Math.max(1, Math.min(TOGETHER, fit));
        long bytes = Math.min(writer.byteSize(), mostBytes); // an element may be far larger than a part
        addParts(writer.finish());
        writer = codec.values().writer(WireRules.MOST_BYTES, encoded, (int) (bytes + bytes / SMALL));
        elements = others;
        lookSoon();
    }

    /** The place where the source of the elements failed. */
    StreamPart<R> broken(Throwable why) {
        return StreamPart.broken(next, why);
    }

    /** If one of the elements is too large, each goes alone, so that only that one fails. */
    private void addParts(Slices encoded) {
        try {
            Work work = codec.part(function, encoded, options, next);
            cut.add(StreamPart.of(next, elements, work));
            went(elements.size());
        } catch (PayloadTooLargeException e) {
            for (int i = 0; i < elements.size(); i++) {
                cut.add(alone(elements.get(i), encoded, i));
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
        mostElements = Math.min(mostElements, Integer.MAX_VALUE - next);
    }
}
