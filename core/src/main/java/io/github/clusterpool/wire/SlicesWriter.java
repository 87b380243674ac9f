package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes values one after another; for one sequence and one thread. */
public final class SlicesWriter {
    /** More than what most values need. */
    private static final int ROOM_FOR_TYPES = 4096;

    private final ValueCodec codec;
    private final SentTypes types;
    private final CborOut bytes;
    private ValueWriter out;
    private int[] ends;
    private int size;
    private long largest;
    private int expected = SentTypes.UNSET;

    /** Makes room for so many values and bytes at first. */
    SlicesWriter(ValueCodec codec, long maxBytes, int values, int room) {
        this(codec, new CborOut(maxBytes, room), values);
    }

    /** Writes into an array that is there, for {@link #finishInPlace}. */
    SlicesWriter(ValueCodec codec, long maxBytes, int values, byte[] room) {
        this(codec, new CborOut(maxBytes, room, Math.min(ROOM_FOR_TYPES, room.length)), values);
    }

    private SlicesWriter(ValueCodec codec, CborOut bytes, int values) {
        this.codec = codec;
        this.types = new SentTypes(codec);
        this.ends = new int[values];
        this.bytes = bytes;
        this.out = new ValueWriter(codec, types, bytes);
    }

    /**
     * Adds a value, or nothing at all if it cannot travel.
     *
     * @throws CannotTravelException with the way from {@code value} to what cannot travel
     */
    public void add(@Nullable Object value) {
        int before = expected;
        try {
            write(value);
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
            throw takeBack(before, value, e);
        }
    }

    /**
     * Adds values of a list until there are {@code most}, or no fewer than {@code mostBytes}; those before one that cannot
     * travel stay.
     *
     * @param from where in the list to begin
     * @throws CannotTravelException as {@link #add}
     */
    public void addAll(List<?> values, int from, int most, long mostBytes) {
        int before = expected;
        int i = from;
        try {
            for (long end = byteSize(); i < values.size() && size < most && end < mostBytes; i++) {
                before = expected;
                end = write(values.get(i));
            }
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
            throw takeBack(before, values.get(i), e);
        }
    }

    /** Where its bytes end. */
    private long write(@Nullable Object value) throws IOException {
        if (expected == SentTypes.UNSET && value != null) {
            expected = types.of(value).code();
        }
        long start = bytes.size();
        out.root(value, expected);
        long end = bytes.size();
        bytes.check(end);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
        }
        largest = Math.max(largest, end - start);
        ends[size++] = (int) end;
        types.keep();
        return end;
    }

    /** How many values were added. */
    public int size() {
        return size;
    }

    /** The bytes of the values so far, without the types. */
    public long byteSize() {
        return size == 0 ? 0 : ends[size - 1];
    }

    /** The bytes of the largest value so far. */
    public long largest() {
        return largest;
    }

    /** All that was added; the writer must not be used again. */
    public Slices finish() {
        return new Slices(types.toByteArray(expected), bytes.toByteArray(), Arrays.copyOf(ends, size));
    }

    /** The types and then all that was added; copied only once, for it may be large. */
    byte[] finishInOne() {
        if (bytes.hasPrefix()) {
            return bytes.toByteArray(types.toByteArray(expected));
        }
        int end = bytes.size();
        types.write(expected, bytes);
        return bytes.fromEnd(end);
    }

    /** The same, but without a copy of what was added if there is room for the types before it. */
    Encoded finishInPlace() {
        return bytes.after(types.toByteArray(expected));
    }

    private CannotTravelException takeBack(int before, @Nullable Object value, Throwable why) {
        bytes.truncate((int) byteSize());
        types.takeBack();
        expected = before;
        out = new ValueWriter(codec, types, bytes);
        if (why instanceof CannotTravelException e) {
            return e;
        } else if (why instanceof StackOverflowError e) {
            return ValueWriter.tooDeep(e);
        }
        String type = value == null ? "null" : value.getClass().getName();
        return new CannotTravelException(
                type, "a " + type + " could not be written (" + why + "); was it changed meanwhile?", why);
    }
}
