package io.github.clusterpool.net;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The three messages with which a connection begins: the connecting side says what it speaks and sends random bytes, the
 * accepting side answers them with its proof and random bytes of its own, the connecting side answers these with its proof.
 */
final class Hello {
    private static final byte[] MAGIC = {'c', 'l', 'p', 'o', 'o', 'l', 0, 1};

    static final int FIRST_BYTES = MAGIC.length + PoolKey.BYTES;
    static final int ANSWER_BYTES = 2 * PoolKey.BYTES;
    static final int LAST_BYTES = PoolKey.BYTES;

    private final PoolKey key;
    private byte[] connecting = {};
    private byte[] accepting = {};

    Hello(PoolKey key) {
        this.key = key;
    }

    ByteBuffer first() {
        connecting = PoolKey.randomBytes();
        return ByteBuffer.allocate(FIRST_BYTES).put(MAGIC).put(connecting).flip();
    }

    /** @throws RefusedException if that was no first message of this version */
    ByteBuffer answer(ByteBuffer first) throws RefusedException {
        byte[] magic = take(first, MAGIC.length);
        int version = MAGIC.length - 1;
        if (!Arrays.equals(magic, 0, version, MAGIC, 0, version)) {
            throw new RefusedException("it does not speak the protocol of clusterpool");
        }
        if (magic[version] != MAGIC[version]) {
            throw new RefusedException("it speaks version " + magic[version] + " of clusterpool's protocol, this side "
                    + MAGIC[version] + "; use the same version of clusterpool on both");
        }
        connecting = take(first, PoolKey.BYTES);
        accepting = PoolKey.randomBytes();
        byte[] proof = key.proof(PoolKey.Side.ACCEPTING, connecting, accepting);
        return ByteBuffer.allocate(ANSWER_BYTES).put(accepting).put(proof).flip();
    }

    ByteBuffer last(ByteBuffer answer) throws RefusedException {
        accepting = take(answer, PoolKey.BYTES);
        check(PoolKey.Side.ACCEPTING, answer);
        return ByteBuffer.wrap(key.proof(PoolKey.Side.CONNECTING, connecting, accepting));
    }

    void end(ByteBuffer last) throws RefusedException {
        check(PoolKey.Side.CONNECTING, last);
    }

    private void check(PoolKey.Side side, ByteBuffer proof) throws RefusedException {
        if (!key.isProof(take(proof, PoolKey.BYTES), side, connecting, accepting)) {
            throw new RefusedException("it does not have the pool's key");
        }
    }

    private static byte[] take(ByteBuffer buffer, int count) {
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }
}
