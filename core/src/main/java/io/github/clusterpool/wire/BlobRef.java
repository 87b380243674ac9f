package io.github.clusterpool.wire;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What names bytes that are too large for a message: their own digest. Stands in a message where the bytes would, as a
 * mark that begins no encoded value, and is equal for equal bytes.
 *
 * @param sha256 in hexadecimal: of the digests of its leaves, see {@link BlobDigest}
 */
public record BlobRef(String sha256, int size) {
    private static final byte MARK = (byte) 0xFF;
    private static final int DIGEST_BYTES = 32;

    /** What a reference takes in place of the bytes. */
    public static final int BYTES = 1 + DIGEST_BYTES + Integer.BYTES;

    /**
     * By the array itself, and the range in it: hashed on a caller's thread, found again on the supervisor's, and
     * forgotten with the array.
     */
    private static final Map<byte[], Map<Long, BlobRef>> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    /** The reference of part of an array, which must not be changed any more. */
    public static BlobRef of(byte[] array, int from, int length) {
        Map<Long, BlobRef> known = KNOWN.computeIfAbsent(array, each -> new ConcurrentHashMap<>());
        long range = (long) from << Integer.SIZE | length;
        BlobRef ref = known.get(range);
        if (ref == null) {
            ref = new BlobRef(BlobDigest.of(array, from, length), length);
            known.put(range, ref);
        }
        return ref;
    }

    /**
     * The reference of an encoded value whose array will be used again.
     *
     * @param first what this thread does while others begin to find it out
     */
    public static BlobRef of(Encoded encoded, Runnable first) {
        int length = encoded.length();
        return new BlobRef(BlobDigest.of(encoded.array(), encoded.from(), length, first), length);
    }

    /** How many bytes these are, or stand for. */
    public static long bytes(byte[] content) {
        return isRef(content) ? read(content).size() : content.length;
    }

    /** Whether these bytes stand for others. */
    public static boolean isRef(byte[] content) {
        return content.length == BYTES && content[0] == MARK && content[BYTES - Integer.BYTES] >= 0; // no negative size
    }

    /** The reference that {@link #toBytes} made these bytes of. */
    public static BlobRef read(byte[] content) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        if (!isRef(content)) {
            throw new MalformedValueException("the reference of a blob must be its mark, digest and size");
        }
        return new BlobRef(
                HexFormat.of().formatHex(content, 1, 1 + DIGEST_BYTES), buffer.getInt(BYTES - Integer.BYTES));
    }

    /** What stands in a message for the bytes. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .put(MARK)
                .put(HexFormat.of().parseHex(sha256))
                .putInt(size)
                .array();
    }

    @Override
    public String toString() {
        return sha256.substring(0, 12) + " (" + size + " bytes)";
    }
}
