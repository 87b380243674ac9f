package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays that are written to where they will stay. */
class LargeArraysTest {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    record Two(byte[] first, String between, byte[] second) {}

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {65_535, 65_536, 65_537, 65_536 + 23, 200_000, 1_000_000})
    void decode_ofEncoded_isTheSame(int length) {
        byte[] bytes = bytes(length);
        double[] doubles = new Random(1).doubles(length).toArray();

        assertThat(CODEC.decode(CODEC.encode(bytes))).isEqualTo(bytes);
        assertThat(CODEC.decode(CODEC.encode(doubles))).isEqualTo(doubles);
        assertThat(CODEC.decode(CODEC.encode(new byte[][] {bytes, bytes(70_000)})))
                .isEqualTo(new byte[][] {bytes, bytes(70_000)});
        assertThat(CODEC.decode(CODEC.encode(new Two(bytes, "between", bytes))))
                .usingRecursiveComparison()
                .isEqualTo(new Two(bytes, "between", bytes));
    }

    @Test
    void decode_severalOfASequence_areTheSame() {
        List<byte[]> all = Stream.of(100_000, 3, 70_000, 200_000)
                .map(LargeArraysTest::bytes)
                .toList();

        Slices slices = CODEC.encodeAll(all);

        assertThat(CODEC.decoder(slices.types()).decode(slices.bytes(), all.size()))
                .usingRecursiveComparison()
                .isEqualTo(all);
    }

    @Test
    void encode_byteArray_takesMemoryOnce() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] bytes = bytes(10_000_000);
        CODEC.encode(bytes);
        long before = threads.getCurrentThreadAllocatedBytes();

        byte[] encoded = CODEC.encode(bytes);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(encoded.length + 100_000L);
    }
}
