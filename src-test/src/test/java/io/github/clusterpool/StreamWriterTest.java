package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.clusterpool.code.ClassOrigins;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
    private static final int PART_BYTES = 1 << 16;
    private static final int LARGE = 16 << 20;

    private final Codec codec =
            new Codec(PoolConfig.inProcess(1), new ClassOrigins(StreamWriterTest.class.getClassLoader(), List.of()));

    @Test
    void cut_oneLargeElement_makesNoRoomForAnotherLikeIt() {
        byte[] function = codec.function((Fn<byte[], Integer>) x -> x.length);
        StreamWriter<byte[], Integer> writer = new StreamWriter<>(codec, function, JobOptions.defaults(), true);
        writer.begin(100, PART_BYTES);
        writer.add(new byte[LARGE]);
        assertThat(writer.isFull()).isTrue();

        long before = allocated();
        List<StreamPart<Integer>> parts = writer.cut();
        long took = allocated() - before;

        assertThat(parts)
                .singleElement()
                .satisfies(part -> assertThat(part.bytes()).isGreaterThan(LARGE));
        assertThat(took).isLessThan(LARGE + LARGE / 2); // the part itself
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
