package io.github.clusterpool.wire;

import java.util.Arrays;

/**
 * Part of an array that holds an encoded value, until the array is used again.
 *
 * @param from where it begins
 * @param length in bytes
 */
public record Encoded(byte[] array, int from, int length) {
    /** The value's bytes alone. */
    public byte[] copy() {
        return Arrays.copyOfRange(array, from, from + length);
    }
}
