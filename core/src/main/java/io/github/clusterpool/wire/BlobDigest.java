package io.github.clusterpool.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * The digest that a blob is known by: SHA-256 of the SHA-256 digests of all its leaves, of 1 MiB each but for the last, so
 * that all processors may work at it.
 */
final class BlobDigest {
    private static final int LEAF_BYTES = 1024 * 1024;

    private final MessageDigest leaf = sha256();
    private final MessageDigest root = sha256();
    private int inLeaf;

    /** The digest of part of an array. */
    static String of(byte[] array, int from, int length) {
        int leaves = (int) (((long) length + LEAF_BYTES - 1) / LEAF_BYTES);
        MessageDigest root = sha256();
        IntStream.range(0, leaves)
                .parallel()
                .mapToObj(i -> leaf(array, from + i * LEAF_BYTES, Math.min(LEAF_BYTES, length - i * LEAF_BYTES)))
                .forEachOrdered(root::update);
        return HexFormat.of().formatHex(root.digest());
    }

    private static byte[] leaf(byte[] array, int from, int length) {
        MessageDigest digest = sha256();
        digest.update(array, from, length);
        return digest.digest();
    }

    /** Takes in what comes next. */
    void update(byte[] array, int from, int length) {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, LEAF_BYTES - inLeaf);
            leaf.update(array, from + done, part);
            done += part;
            inLeaf += part;
            if (inLeaf == LEAF_BYTES) {
                endLeaf();
            }
        }
    }

    private void endLeaf() {
        root.update(leaf.digest());
        inLeaf = 0;
    }

    /** Of all that was taken in; nothing more can be. */
    String end() {
        if (inLeaf > 0) {
            endLeaf();
        }
        return HexFormat.of().formatHex(root.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
