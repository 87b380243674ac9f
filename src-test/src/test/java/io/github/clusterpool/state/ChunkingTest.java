package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkingTest {
    @ParameterizedTest
    @CsvSource({"10,3,3 4 3", "5,2,2 3", "7,4,2 2 1 2", "1,4,1", "4,1,4", "2,4,1 0 0 1", "12,4,3 3 3 3"})
    void splitIndices_someSizes_areR_s(int n, int chunks, String sizes) {
        int[] expected =
                Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray();

        assertThat(Chunking.splitIndices(n, chunks)).isEqualTo(expected);
    }

    @Property
    void splitIndices_anySizes_coverAllElementsNearlyEvenly(
            @ForAll @IntRange(min = 1, max = 5_000) int n, @ForAll @IntRange(min = 1, max = 100) int chunks) {
        int[] sizes = Chunking.splitIndices(n, chunks);

        assertThat(Arrays.stream(sizes).sum()).isEqualTo(n);
        assertThat(Arrays.stream(sizes).max().orElse(0)).isLessThanOrEqualTo(n / chunks + n / 1_000 + 1);
    }

    @Test
    void splitIndices_nothing_givesEmptyChunks() {
        assertThat(Chunking.splitIndices(0, 3)).containsOnly(0);
        assertThat(Chunking.splitIndices(0, 0)).isEmpty();
    }

    @Test
    void chunkCount_withoutSize_isAsRCounts() {
        assertThat(Chunking.chunkCount(10, 4, 0, Dealing.STATIC)).isEqualTo(4);
        assertThat(Chunking.chunkCount(10, 4, 0, Dealing.DYNAMIC)).isEqualTo(8);
        assertThat(Chunking.chunkCount(10, 4, 3, Dealing.STATIC)).isEqualTo(4);
        assertThat(Chunking.chunkCount(0, 4, 3, Dealing.STATIC)).isEqualTo(1);
    }
}
