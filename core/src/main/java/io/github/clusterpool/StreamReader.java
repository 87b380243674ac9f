package io.github.clusterpool;

import io.github.clusterpool.wire.CannotTravelException;
import io.github.clusterpool.wire.Slices;
import io.github.clusterpool.wire.SlicesWriter;
import io.github.clusterpool.wire.WireRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the elements of a stream and encodes them, part by part. Not thread-safe. */
final class StreamReader<T, R> {
    private final Codec codec;
    private final byte[] function;
    private final JobOptions options;
    private final Iterator<T> xs;
    private final Deque<StreamPart<R>> ready = new ArrayDeque<>();
    private boolean ended;
    private int next;

    StreamReader(Codec codec, Iterator<T> xs, Fn<T, R> fn, JobOptions options) {
        this.codec = codec;
        this.xs = Check.given(xs, "xs");
        this.function = codec.function(fn);
        this.options = options;
    }

    boolean isEnded() {
        return ended && ready.isEmpty();
    }

    /** Reads no more. */
    void end() {
        ended = true;
        ready.clear();
    }

    /**
     * The next elements; null at the end.
     *
     * @param patient whether to wait for {@code most} elements even if they come slowly
     * @param mostBytes after which no further element is read
     */
    @Nullable
    StreamPart<R> read(int most, boolean patient, long mostBytes) {
        if (ready.isEmpty() && !ended) {
            readOn(Math.min(most, Integer.MAX_VALUE - next), patient, mostBytes);
        }
        return ready.poll();
    }

    private void readOn(int most, boolean patient, long mostBytes) {
        SlicesWriter writer = codec.values().writer(WireRules.MOST_BYTES);
        List<T> elements = new ArrayList<>();
        CannotTravelException refused = null;
        Throwable thrown = null;
        long began = System.nanoTime();
        try {
            while (elements.size() < most && writer.byteSize() < mostBytes && refused == null && hasNext()) {
                T x = xs.next();
                refused = add(writer, x, elements);
                if (!patient && System.nanoTime() - began > StreamPace.PART_NANOS) {
                    break;
                }
            }
        } catch (Throwable e) { // somebody else's code did; the results before it come first
            thrown = e;
            ended = true;
        }
        if (!elements.isEmpty()) {
            addParts(elements, writer.finish());
        }
        if (refused != null) {
            ready.add(StreamPart.refused(next, codec.refused("element " + next, refused)));
            went(1);
        }
        if (thrown != null) {
            ready.add(StreamPart.broken(next, thrown));
        }
    }

    private boolean hasNext() {
        ended = !xs.hasNext();
        return !ended;
    }

    private @Nullable CannotTravelException add(SlicesWriter writer, T x, List<T> elements) {
        try {
            writer.add(x);
            elements.add(x);
            return null;
        } catch (CannotTravelException e) {
            return e;
        }
    }

    /** If one of the elements is too large to go with the function, each goes alone, so that only that one fails. */
    private void addParts(List<T> elements, Slices encoded) {
        try {
            Work work = codec.part(function, encoded, options, next);
            ready.add(StreamPart.of(next, elements, work));
            went(elements.size());
        } catch (PayloadTooLargeException e) {
            for (int i = 0; i < elements.size(); i++) {
                addAlone(elements.get(i), encoded, i);
            }
        }
    }

    private void addAlone(T x, Slices encoded, int i) {
        byte[] bytes = encoded.cut(i, i + 1);
        try {
            Slices alone = new Slices(encoded.types(), bytes, new int[] {bytes.length});
            List<T> element = new ArrayList<>(1);
            element.add(x); // may be null
            ready.add(StreamPart.of(next, element, codec.part(function, alone, options, next)));
        } catch (PayloadTooLargeException e) {
            ready.add(StreamPart.refused(next, e));
        }
        went(1);
    }

    private void went(int elements) {
        next = (next + elements) % Integer.MAX_VALUE;
    }
}
