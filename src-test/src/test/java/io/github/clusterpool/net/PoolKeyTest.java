package io.github.clusterpool.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class PoolKeyTest {
    private final byte[] connecting = PoolKey.randomBytes();
    private final byte[] accepting = PoolKey.randomBytes();

    @Test
    void proof_ofBothSides_isWhatTheJdksHmacGives() throws Exception {
        PoolKey key = PoolKey.random();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getUrlDecoder().decode(key.secret()), "HmacSHA256"));

        for (PoolKey.Side side : PoolKey.Side.values()) {
            mac.update(side.code());
            mac.update(connecting);
            assertThat(key.proof(side, connecting, accepting)).isEqualTo(mac.doFinal(accepting));
        }
    }

    @Test
    void isProof_otherSideOtherBytesOtherKey_isFalse() {
        PoolKey key = PoolKey.random();
        byte[] proof = key.proof(PoolKey.Side.CONNECTING, connecting, accepting);

        assertThat(PoolKey.of(key.secret()).isProof(proof, PoolKey.Side.CONNECTING, connecting, accepting))
                .isTrue();
        assertThat(key.isProof(proof, PoolKey.Side.ACCEPTING, connecting, accepting))
                .isFalse();
        assertThat(key.isProof(proof, PoolKey.Side.CONNECTING, accepting, connecting))
                .isFalse();
        assertThat(PoolKey.random().isProof(proof, PoolKey.Side.CONNECTING, connecting, accepting))
                .isFalse();
    }

    @Test
    void of_shortSecret_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolKey.of("AAAA"))
                .withMessage("a pool's key must have 32 bytes, got 3");
    }

    @Test
    void toString_tellsNothing() {
        PoolKey key = PoolKey.random();

        assertThat(key.toString()).doesNotContain(key.secret());
    }

    @Test
    void hello_bothSides_agree() throws RefusedException {
        PoolKey key = PoolKey.random();
        Hello connects = new Hello(key);
        Hello accepts = new Hello(key);

        ByteBuffer answer = accepts.answer(connects.first());

        accepts.end(connects.last(answer));
    }
}
