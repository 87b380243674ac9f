package io.github.clusterpool.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes the part of CBOR that values are made of into memory, and complains once it is over a limit; what came last can be
 * taken back. Every length is known before what it counts.
 */
final class CborOut {
    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final int START = 256;
    private static final int LARGEST_HEAD = 9;

    private final long limit;
    private byte[] bytes;
    private int front; // bytes left free for a prefix
    private int at; // in bytes

    /** For at most {@code limit} bytes. */
    CborOut(long limit) {
        this(limit, START);
    }

    /** The same, with room for so many at first. */
    CborOut(long limit, int room) {
        this.limit = limit;
        this.bytes = new byte[room];
    }

    /** Writes into an array that is there, where it leaves so much free for a prefix. */
    CborOut(long limit, byte[] room, int front) {
        this.limit = limit;
        this.bytes = room;
        this.front = front;
        this.at = front;
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }

    // ---- items

    void nothing() {
        one(Cbor.NULL);
    }

    void flag(boolean value) {
        one(value ? Cbor.TRUE : Cbor.FALSE);
    }

    void number(long value) {
        if (value >= 0) {
            head(Cbor.UNSIGNED, value);
        } else {
            head(Cbor.NEGATIVE, ~value);
        }
    }

    void real(float value) {
        reserve(LARGEST_HEAD);
        bytes[at] = (byte) Cbor.FLOAT;
        INTS.set(bytes, at + 1, Float.floatToRawIntBits(value));
        at += 1 + Float.BYTES;
    }

    void real(double value) {
        reserve(LARGEST_HEAD);
        bytes[at] = (byte) Cbor.DOUBLE;
        LONGS.set(bytes, at + 1, Double.doubleToRawLongBits(value));
        at += 1 + Double.BYTES;
    }

    /** Of this many bytes, as {@link Utf8#length} gives them. */
    void text(String value, int length) {
        head(Cbor.TEXT, length);
        reserve(length);
        Utf8.write(value, length, bytes, at);
        at += length;
    }

    /** One that is known to be text. */
    void text(String value) {
        text(value, Utf8.length(value));
    }

    void bytes(byte[] value) {
        head(Cbor.BYTES, value.length);
        raw(value);
    }

    /** What has been written by another of this class. */
    void raw(byte[] items) {
        reserve(items.length);
        System.arraycopy(items, 0, bytes, at, items.length);
        at += items.length;
    }

    /** The next items are in an array; nothing marks its end. */
    void array(int count) {
        head(Cbor.ARRAY, count);
    }

    /** Of the next item. */
    void tag(int tag) {
        head(Cbor.TAG, tag);
    }

    private void one(int head) {
        reserve(1);
        bytes[at++] = (byte) head;
    }

    private void head(int type, long value) {
        reserve(LARGEST_HEAD);
        if (value < Cbor.ONE_BYTE) {
            bytes[at++] = (byte) (type | value);
        } else if (value < 1L << Byte.SIZE) {
            bytes[at] = (byte) (type | Cbor.ONE_BYTE);
            bytes[at + 1] = (byte) value;
            at += 1 + Byte.BYTES;
        } else if (value < 1L << Short.SIZE) {
            bytes[at] = (byte) (type | Cbor.TWO_BYTES);
            SHORTS.set(bytes, at + 1, (short) value);
            at += 1 + Short.BYTES;
        } else if (value < 1L << Integer.SIZE) {
            bytes[at] = (byte) (type | Cbor.FOUR_BYTES);
            INTS.set(bytes, at + 1, (int) value);
            at += 1 + Integer.BYTES;
        } else {
            bytes[at] = (byte) (type | Cbor.EIGHT_BYTES);
            LONGS.set(bytes, at + 1, value);
            at += 1 + Long.BYTES;
        }
    }

    // ---- room

    /** Makes room for much that comes, and for a little around it, so that it need not be copied again and again. */
    void expect(long much) {
        if (size() + much + START <= limit) {
            reserve((int) (much + START));
        }
    }

    /** Makes room for what is likely to be all, and for a prefix of that length: then it need not be copied in the end. */
    void expectAll(long much, int prefix) {
        if (front > 0 || at > START) {
            expect(much);
        } else if (at + much + prefix <= limit) {
            byte[] room = new byte[Math.toIntExact(prefix + at + much)];
            System.arraycopy(bytes, 0, room, prefix, at);
            bytes = room;
            front = prefix;
            at += prefix;
        }
    }

    private void reserve(int more) {
        if (more > bytes.length - at) {
            grow(more);
        }
    }

    /** A head may be taken to be longer than it is, so that a little more than the limit must fit. */
    private void grow(int more) {
        check((long) size() + more - LARGEST_HEAD);
        long needed = (long) at + more;
        long most = Math.max(needed, Math.min(limit, WireRules.MOST_BYTES));
        bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(needed, Math.min(most, 2L * bytes.length))));
    }

    /** Fails if {@code total} bytes are over the limit. */
    void check(long total) {
        if (total > limit) {
            throw CannotTravelException.tooLarge(limit);
        }
    }

    // ---- what was written

    int size() {
        return at - front;
    }

    void truncate(int size) {
        at = front + size;
    }

    byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, front, at);
    }

    /** Whether it has made room for a prefix. */
    boolean hasPrefix() {
        return front > 0;
    }

    /** What was written from {@code place} on, and then what came before. */
    byte[] fromEnd(int place) {
        int size = size();
        byte[] all = Arrays.copyOfRange(bytes, front + place, front + place + size);
        System.arraycopy(bytes, front, all, size - place, place);
        return all;
    }

    /** What was written, after {@code prefix}; not copied if there is room for that. */
    Encoded after(byte[] prefix) {
        if (prefix.length > front) {
            byte[] all = toByteArray(prefix);
            return new Encoded(all, 0, all.length);
        }
        int from = front - prefix.length;
        System.arraycopy(prefix, 0, bytes, from, prefix.length);
        return new Encoded(bytes, from, at - from);
    }

    /** What was written, after {@code prefix}; not copied if it is just as it should be. */
    byte[] toByteArray(byte[] prefix) {
        if (prefix.length == front && at == bytes.length) {
            System.arraycopy(prefix, 0, bytes, 0, front);
            return bytes;
        }
        byte[] all = Arrays.copyOf(prefix, Math.addExact(prefix.length, size()));
        System.arraycopy(bytes, front, all, prefix.length, size());
        return all;
    }
}
