package io.github.clusterpool.wire;

import java.util.Arrays;
import java.util.Objects;

/**
 * n values one after another, so that any run of them can be cut out and decoded without the rest.
 *
 * <p>Holds the arrays it is given, uncopied: they must not be changed. Equal by content.
 *
 * @param types what {@link ValueCodec#decoder} needs to read any run
 * @param bytes the values in order
 * @param ends where in {@code bytes} value i ends; n entries
 */
public record Slices(byte[] types, byte[] bytes, int[] ends) {
    /** No values. */
    public static Slices empty() {
        return new Slices(new byte[] {(byte) 0x80}, new byte[0], new int[0]);
    }

    /** How many values there are. */
    public int size() {
        return ends.length;
    }

    /** The bytes of all values, without the types. */
    public int byteSize() {
        return bytes.length;
    }

    /** The bytes of the values {@code from} (included) to {@code to} (excluded). */
    public int byteSize(int from, int to) {
        Objects.checkFromToIndex(from, to, ends.length);
        return start(to) - start(from);
    }

    /** The bytes of the largest value. */
    public int largest() {
        int largest = 0;
        int start = 0;
        for (int end : ends) {
            largest = Math.max(largest, end - start);
            start = end;
        }
        return largest;
    }

    /** The values {@code from} (included) to {@code to} (excluded), for {@link Decoder#decode} with their count. */
    public byte[] cut(int from, int to) {
        Objects.checkFromToIndex(from, to, ends.length);
        return Arrays.copyOfRange(bytes, start(from), start(to));
    }

    /** Where in {@link #bytes} value {@code index} begins. */
    public int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slices that
                && Arrays.equals(types, that.types)
                && Arrays.equals(bytes, that.bytes)
                && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Slices[" + ends.length + " values, " + bytes.length + " bytes, " + types.length + " bytes of types]";
    }
}
