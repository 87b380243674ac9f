package io.github.clusterpool.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text as UTF-8, and back only if that was what it was. */
final class Utf8 {
    private static final int ONE = 0x80; // the first char that takes two bytes, and so on
    private static final int TWO = 0x800;
    private static final int REST = 0x3F;
    private static final char UNREADABLE = '\uFFFD';

    private Utf8() {}

    /** How many bytes it takes; -1 if it has none, as it holds unpaired surrogates. */
    static int length(String value) {
        int chars = value.length();
        int i = 0;
        while (i < chars && value.charAt(i) < ONE) {
            i++;
        }
        return i == chars ? chars : length(value, i);
    }

    private static int length(String value, int ascii) {
        long length = ascii;
        for (int i = ascii, n = value.length(); i < n; i++) {
            char c = value.charAt(i);
            if (!Character.isSurrogate(c)) {
                length += c < ONE ? 1 : c < TWO ? 2 : 3;
            } else if (Character.isHighSurrogate(c) && i + 1 < n && Character.isLowSurrogate(value.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                return -1;
            }
        }
        return Math.toIntExact(length);
    }

    /** Writes its {@link #length} bytes. */
    @SuppressWarnings("deprecation") // copies chars that are bytes, as fast as nothing else
    static void write(String value, int length, byte[] into, int at) {
        if (length == value.length()) {
            value.getBytes(0, length, into, at);
        } else {
            encode(value, into, at);
        }
    }

    private static void encode(String value, byte[] into, int from) {
        int at = from;
        for (int i = 0, n = value.length(); i < n; i++) {
            int c = value.charAt(i);
            if (c < ONE) {
                into[at++] = (byte) c;
            } else if (c < TWO) {
                into[at++] = (byte) (0xC0 | c >> 6);
                into[at++] = rest(c);
            } else if (!Character.isSurrogate((char) c)) {
                into[at++] = (byte) (0xE0 | c >> 12);
                into[at++] = rest(c >> 6);
                into[at++] = rest(c);
            } else {
                c = value.codePointAt(i++);
                into[at++] = (byte) (0xF0 | c >> 18);
                into[at++] = rest(c >> 12);
                into[at++] = rest(c >> 6);
                into[at++] = rest(c);
            }
        }
    }

    private static byte rest(int bits) {
        return (byte) (ONE | (bits & REST));
    }

    /** The JDK puts a mark where it cannot read; that mark may also have been sent. */
    static String read(byte[] bytes, int from, int length) {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (text.indexOf(UNREADABLE) >= 0
                && !Arrays.equals(
                        text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, from, from + length))) {
            throw new MalformedValueException("a string must be UTF-8, got other bytes");
        }
        return text;
    }
}
