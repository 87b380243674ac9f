package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Encodes values one after another; for one sequence and one thread. */
public final class SlicesWriter {
    private final ValueCodec codec;
    private final SentTypes types;
    private final CborOut bytes;
    private ValueWriter out;
    private int[] ends = new int[16];
    private int size;
    private long largest;
    private int expected = SentTypes.UNSET;

    SlicesWriter(ValueCodec codec, long maxBytes) {
        this.codec = codec;
        this.types = new SentTypes(codec);
        this.bytes = new CborOut(maxBytes);
        this.out = new ValueWriter(codec, types, bytes);
    }

    /**
     * Adds a value, or nothing at all if it cannot travel.
     *
     * @throws CannotTravelException with the way from {@code value} to what cannot travel
     */
    public void add(@Nullable Object value) {
        int before = expected;
        long end;
        try {
            if (expected == SentTypes.UNSET && value != null) {
                expected = types.of(value).code();
            }
            out.root(value, expected);
            end = bytes.size();
            bytes.check(end);
        } catch (CannotTravelException e) {
            throw takeBack(before, e);
        } catch (StackOverflowError e) {
            throw takeBack(before, ValueWriter.tooDeep(e));
        } catch (IOException | RuntimeException | LinkageError e) {
            String type = value == null ? "null" : value.getClass().getName();
            throw takeBack(
                    before,
                    new CannotTravelException(
                            type, "a " + type + " could not be written (" + e + "); was it changed meanwhile?", e));
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
        }
        largest = Math.max(largest, end - byteSize());
        ends[size++] = (int) end;
        types.keep();
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

    private CannotTravelException takeBack(int before, CannotTravelException failure) {
        bytes.truncate((int) byteSize());
        types.takeBack();
        expected = before;
        out = new ValueWriter(codec, types, bytes);
        return failure;
    }
}
