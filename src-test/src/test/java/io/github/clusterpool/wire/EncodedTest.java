package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedTest {
    private static final ValueCodec CODEC =
            new ValueCodec(new WireRules(List.of(), 64, 1_000_000, 10_000_000, 100_000), List.of());

    private static Stream<Object> values() {
        return Stream.concat(
                ValueSamples.all(),
                Stream.of(new byte[100_000], new double[20_000], List.of(new byte[5_000], "x", new int[3_000])));
    }

    /** Whatever it holds, and however little has room before the value, or in all. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 300, 4_096, 4_100, 16_384, 1_000_000})
    void encode_intoAnyArray_areTheBytesOfOneOfItsOwn(int size) {
        byte[] room = new byte[size];
        new Random(size).nextBytes(room);
        values().forEach(value -> {
            Encoded encoded = CODEC.encode(value, room);

            assertThat(encoded.copy()).isEqualTo(CODEC.encode(value));
        });
    }

    @Test
    void encode_valueThatFits_staysInTheArray() {
        byte[] room = new byte[200_000];

        assertThat(CODEC.encode(new byte[100_000], room).array()).isSameAs(room);
    }

    @Test
    void encode_largerThanTheLimit_isRefusedAsWithoutAnArray() {
        ValueCodec small = new ValueCodec(new WireRules(List.of(), 64, 1_000_000, 10_000, 100_000), List.of());
        byte[] fits = new byte[9_900];
        byte[] room = new byte[50_000];

        assertThat(small.encode(fits, room).copy()).isEqualTo(small.encode(fits));
        assertThatThrownBy(() -> small.encode(Arrays.copyOf(fits, 10_001), room))
                .isInstanceOf(CannotTravelException.class);
    }
}
