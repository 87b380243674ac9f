package io.github.clusterpool.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link CborOut} writes, item by item, and nothing else. A declared length that is more than what there is to
 * read is refused at once, so that nothing is allocated for it.
 */
final class CborIn {
    /** What comes next. */
    enum Item {
        NULL("null"),
        TRUE("true"),
        FALSE("false"),
        INTEGER("an integer"),
        FLOAT("a float"),
        DOUBLE("a double"),
        TEXT("a string"),
        BYTES("bytes"),
        ARRAY("an array"),
        END_OF_ARRAY("the end of an array"),
        END("the end");

        private final String spoken;

        Item(String spoken) {
            this.spoken = spoken;
        }

        /** For messages. */
        String spoken() {
            return spoken;
        }
    }

    static final int NO_TAG = -1;

    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final int WINDOW = 8192;
    private static final int OUTSIDE = Integer.MAX_VALUE;

    private final @Nullable InputStream source;
    private final byte[] bytes; // all, or a window on what comes
    private int at;
    private int end;
    private int begin; // how much came before the window
    private int toCome; // after it

    private Item item = Item.END;
    private int tag = NO_TAG;
    private long number;
    private int unread; // of the current string
    private int left = OUTSIDE; // items of the current array
    private int[] outer = new int[8]; // the same of the arrays around it
    private int depth;

    /** Reads an array. */
    CborIn(byte[] bytes, int from, int length) {
        this.source = null;
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    /** Reads a stream that has exactly this many bytes. */
    CborIn(InputStream source, int length) {
        this.source = source;
        this.bytes = new byte[Math.min(length, WINDOW)];
        this.toCome = length;
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }

    // ---- where it stands

    Item item() {
        return item;
    }

    /** Of the current item. */
    int tag() {
        return tag;
    }

    /** How many bytes came before. */
    int offset() {
        return begin + at;
    }

    /** How many more items the current array has. */
    int left() {
        return left;
    }

    /** What is to come, as far as it is here. */
    ByteBuffer ahead() {
        return ByteBuffer.wrap(bytes, at, end - at);
    }

    // ---- moving on

    /** Leaves whole items out that are {@link #ahead}, before the first. */
    void skip(int count) {
        at += count;
    }

    /** Goes to the next item; into an array, to its first. */
    Item next() throws IOException {
        if (unread > 0) {
            throw new MalformedValueException("a string must be expected, got one at byte " + offset());
        }
        tag = NO_TAG;
        if (left == 0) {
            left = outer[--depth];
            item = Item.END_OF_ARRAY;
        } else if (left == OUTSIDE && at == end && toCome == 0) {
            item = Item.END;
        } else {
            left -= left == OUTSIDE ? 0 : 1;
            item = read(one());
        }
        return item;
    }

    private Item read(int first) throws IOException {
        int head = first;
        if ((head & Cbor.TYPE) == Cbor.TAG) {
            tag = toInt(argument(head));
            head = one();
        }
        return switch (head & Cbor.TYPE) {
            case Cbor.UNSIGNED -> {
                number = argument(head);
                yield integer();
            }
            case Cbor.NEGATIVE -> {
                number = argument(head);
                integer();
                number = ~number;
                yield Item.INTEGER;
            }
            case Cbor.BYTES -> {
                unread = length(argument(head));
                yield Item.BYTES;
            }
            case Cbor.TEXT -> {
                unread = length(argument(head));
                yield Item.TEXT;
            }
            case Cbor.ARRAY -> {
                into(length(argument(head))); // as each of its items takes a byte
                yield Item.ARRAY;
            }
            default -> special(head);
        };
    }

    private Item integer() {
        if (number < 0) {
            throw new MalformedValueException("an integer must have 64 bits, got more at byte " + offset());
        }
        return Item.INTEGER;
    }

    private Item special(int head) throws IOException {
        return switch (head) {
            case Cbor.NULL -> Item.NULL;
            case Cbor.TRUE -> Item.TRUE;
            case Cbor.FALSE -> Item.FALSE;
            case Cbor.FLOAT -> {
                number = argument(Cbor.FOUR_BYTES);
                yield Item.FLOAT;
            }
            case Cbor.DOUBLE -> {
                number = argument(Cbor.EIGHT_BYTES);
                yield Item.DOUBLE;
            }
            default -> throw noItem(head);
        };
    }

    private static MalformedValueException noItem(int head) {
        return new MalformedValueException(
                "an item must be a number, string, array, tag, boolean or null, got 0x" + Integer.toHexString(head));
    }

    private void into(int count) {
        if (depth == outer.length) {
            outer = Arrays.copyOf(outer, 2 * depth);
        }
        outer[depth++] = left;
        left = count;
    }

    // ---- numbers

    private long argument(int head) throws IOException {
        int small = head & Cbor.NUMBER;
        if (small < Cbor.ONE_BYTE) {
            return small;
        }
        return switch (small) {
            case Cbor.ONE_BYTE -> one();
            case Cbor.TWO_BYTES -> (short) SHORTS.get(bytes, take(Short.BYTES)) & 0xFFFF;
            case Cbor.FOUR_BYTES -> (int) INTS.get(bytes, take(Integer.BYTES)) & 0xFFFF_FFFFL;
            case Cbor.EIGHT_BYTES -> (long) LONGS.get(bytes, take(Long.BYTES));
            default -> throw noItem(head);
        };
    }

    private int length(long declared) {
        int there = end - at + toCome;
        if (declared < 0 || declared > there) {
            throw new MalformedValueException(
                    "a length must be at most what follows (" + there + "), got " + Long.toUnsignedString(declared));
        }
        return (int) declared;
    }

    private int toInt(long value) {
        if (value != (int) value) {
            throw new MalformedValueException("a number must have 32 bits, got " + value);
        }
        return (int) value;
    }

    /** Of an integer. */
    long asLong() {
        return number;
    }

    /** Of an integer. */
    int asInt() {
        return toInt(number);
    }

    float asFloat() {
        return Float.intBitsToFloat((int) number);
    }

    double asDouble() {
        return item == Item.FLOAT ? asFloat() : Double.longBitsToDouble(number);
    }

    // ---- strings

    /** How many bytes the current string has. */
    int length() {
        return unread;
    }

    String asText() throws IOException {
        int length = unread;
        if (length > bytes.length) {
            return Utf8.read(asBytes(), 0, length);
        }
        unread = 0;
        return Utf8.read(bytes, take(length), length);
    }

    byte[] asBytes() throws IOException {
        byte[] all = new byte[unread];
        int here = Math.min(unread, end - at);
        System.arraycopy(bytes, at, all, 0, here);
        at += here;
        if (source != null && here < unread) {
            int rest = unread - here;
            if (source.readNBytes(all, here, rest) < rest) {
                throw new EOFException("the bytes must go on for " + toCome + ", got their end");
            }
            toCome -= rest;
            begin += rest;
        }
        unread = 0;
        return all;
    }

    // ---- bytes

    private int one() throws IOException {
        return bytes[take(1)] & 0xFF;
    }

    /** Where that many bytes are, which are taken with it. */
    private int take(int count) throws IOException {
        if (count > end - at) {
            fill(count);
        }
        int from = at;
        at += count;
        return from;
    }

    private void fill(int count) throws IOException {
        if (source == null || count > end - at + toCome) {
            throw new EOFException("the bytes must go on, got their end");
        }
        begin += at;
        System.arraycopy(bytes, at, bytes, 0, end - at);
        end -= at;
        at = 0;
        int more = Math.min(toCome, bytes.length - end);
        if (source.readNBytes(bytes, end, more) < more) {
            throw new EOFException("the bytes must go on for " + toCome + ", got their end");
        }
        end += more;
        toCome -= more;
    }
}
