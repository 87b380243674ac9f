package io.github.clusterpool.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Types that were read before, by their bytes: the same bytes mean the same again where classes are found by one loader.
 * What they take is bounded. Thread-safe.
 */
@SuppressWarnings("ByteBufferBackingArray") // what is ahead is always wrapped, from its first byte on
final class KnownTypes {
    private static final int SLOTS = 256;
    private static final int LARGEST = 4096;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private record Known(byte[] item, ReceivedTypes types) {
        /** No item is the beginning of another. */
        boolean begins(ByteBuffer ahead) {
            int from = ahead.position();
            return item.length <= ahead.remaining()
                    && Arrays.equals(item, 0, item.length, ahead.array(), from, from + item.length);
        }

        boolean isOf(ByteBuffer other) {
            int from = other.position();
            return Arrays.equals(item, 0, item.length, other.array(), from, from + other.remaining());
        }
    }

    private volatile @Nullable Known last; // for those that come one by one
    private final AtomicReferenceArray<@Nullable Known> slots = new AtomicReferenceArray<>(SLOTS);

    /** Reads the next item of {@code in}. */
    ReceivedTypes read(ValueCodec codec, CborIn in) throws IOException {
        ByteBuffer ahead = in.ahead();
        Known recent = last;
        if (recent != null && recent.begins(ahead)) {
            in.skip(recent.item().length);
            return recent.types();
        }
        ByteBuffer item = item(ahead);
        if (item == null) {
            return ReceivedTypes.read(codec, in);
        }
        int slot = slot(item);
        Known known = slots.get(slot);
        if (known == null || !known.isOf(item)) {
            byte[] copy = new byte[item.remaining()];
            item.duplicate().get(copy);
            known = new Known(copy, ReceivedTypes.read(codec, in));
            slots.set(slot, known);
        } else {
            in.skip(item.remaining());
        }
        last = known;
        return known.types();
    }

    private static int slot(ByteBuffer item) {
        byte[] bytes = item.array();
        int end = item.limit();
        int at = item.position();
        long hash = (long) end - at;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(bytes, at)) * MULTIPLIER;
        }
        for (; at < end; at++) {
            hash = (hash ^ bytes[at]) * MULTIPLIER;
        }
        return (int) (hash >>> (Long.SIZE - 8));
    }

    /** The first item of what is ahead; null if it is not all there, or large, or not what types are made of. */
    private static @Nullable ByteBuffer item(ByteBuffer ahead) {
        byte[] bytes = ahead.array();
        int begin = ahead.position();
        int end = begin + Math.min(ahead.remaining(), LARGEST);
        int at = begin;
        int toCome = 1;
        while (toCome > 0 && at < end) {
            int head = bytes[at++] & 0xFF;
            int number = head & Cbor.NUMBER;
            int width = number < Cbor.ONE_BYTE ? 0 : 1 << (number - Cbor.ONE_BYTE);
            if (width > Short.BYTES || width > end - at) {
                return null;
            }
            if (width > 0) {
                number = width == 1 ? bytes[at] & 0xFF : ((bytes[at] & 0xFF) << Byte.SIZE) | (bytes[at + 1] & 0xFF);
            }
            at += width;
            toCome--;
            switch (head & Cbor.TYPE) {
                case Cbor.TEXT -> at += number;
                case Cbor.ARRAY -> toCome += number;
                case Cbor.UNSIGNED -> {} // only its head
                default -> {
                    return null;
                }
            }
        }
        return toCome > 0 || at > end ? null : ByteBuffer.wrap(bytes, begin, at - begin);
    }
}
