package io.github.clusterpool.net;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * What the JVMs of one pool have in common and nobody else knows. Each side of a connection proves that it has it, and never
 * sends it: it answers the other's random bytes with a code (HMAC-SHA-256) of them.
 */
public final class PoolKey {
    /** Of the key, of random bytes and of proofs. */
    static final int BYTES = 32;

    private static final int BLOCK = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Who proves something: no side can be answered with its own words. */
    enum Side {
        CONNECTING((byte) 0),
        ACCEPTING((byte) 1);

        private final byte code;

        Side(byte code) {
            this.code = code;
        }

        byte code() {
            return code;
        }
    }

    private final byte[] key;

    private PoolKey(byte[] key) {
        this.key = key;
    }

    /** A new one. */
    public static PoolKey random() {
        return new PoolKey(randomBytes());
    }

    /** Reads what {@link #secret} gives. */
    public static PoolKey of(String secret) {
        byte[] key = Base64.getUrlDecoder().decode(secret);
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a pool's key must have " + BYTES + " bytes, got " + key.length);
        }
        return new PoolKey(key);
    }

    static byte[] randomBytes() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** As text, to be told to a JVM that shall belong to the pool; not for arguments, environment or logs. */
    public String secret() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    byte[] proof(Side side, byte[] connecting, byte[] accepting) {
        byte[] inner = sha256(padded((byte) 0x36), new byte[] {side.code()}, connecting, accepting);
        return sha256(padded((byte) 0x5c), inner);
    }

    boolean isProof(byte[] proof, Side side, byte[] connecting, byte[] accepting) {
        return MessageDigest.isEqual(proof, proof(side, connecting, accepting));
    }

    private byte[] padded(byte pad) {
        byte[] block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < block.length; i++) {
            block[i] ^= pad;
        }
        return block;
    }

    /** By hand: javax.crypto would take a tenth of a worker JVM's start. */
    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "PoolKey";
    }
}
