package io.github.clusterpool.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The digest that a blob is known by: SHA-256 of the SHA-256 digests of all its leaves, of 1 MiB each but for the last, so
 * that all processors may work at it.
 */
final class BlobDigest {
    private static final int LEAF_BYTES = 1024 * 1024;

    private final MessageDigest leaf = sha256();
    private final MessageDigest root = sha256();
    private int inLeaf;

    /** The digest of part of an array, by all processors. */
    static String of(byte[] array, int from, int length) {
        return of(array, from, length, () -> {});
    }

    /** The same, while this thread first does something else. */
    static String of(byte[] array, int from, int length, Runnable first) {
        Leaves leaves = new Leaves(array, from, length);
        for (int i = Math.min(leaves.digests.length - 1, ForkJoinPool.getCommonPoolParallelism()); i > 0; i--) {
            ForkJoinPool.commonPool().execute(leaves);
        }
        first.run();
        leaves.run();
        return leaves.join();
    }

    /** All leaves of an array, each hashed by whoever comes first. */
    private static final class Leaves implements Runnable {
        final byte[][] digests;
        private final byte[] array;
        private final int from;
        private final int length;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger left;
        private final CompletableFuture<Void> all = new CompletableFuture<>();

        Leaves(byte[] array, int from, int length) {
            this.array = array;
            this.from = from;
            this.length = length;
            this.digests = new byte[(int) (((long) length + LEAF_BYTES - 1) / LEAF_BYTES)][];
            this.left = new AtomicInteger(digests.length);
            if (length == 0) {
                all.complete(null);
            }
        }

        @Override
        public void run() {
            MessageDigest digest = sha256();
            for (int i = next.getAndIncrement(); i < digests.length; i = next.getAndIncrement()) {
                digest.update(array, from + i * LEAF_BYTES, Math.min(LEAF_BYTES, length - i * LEAF_BYTES));
                digests[i] = digest.digest();
                if (left.decrementAndGet() == 0) {
                    all.complete(null);
                }
            }
        }

        /** Does not wait for who has not begun. */
        String join() {
            all.join();
            MessageDigest root = sha256();
            for (byte[] leaf : digests) {
                root.update(leaf);
            }
            return HexFormat.of().formatHex(root.digest());
        }
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
