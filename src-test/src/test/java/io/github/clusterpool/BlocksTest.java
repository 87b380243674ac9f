package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final int MANY = 10_000; // more than two blocks

    private static Blocks of(int size) {
        Blocks blocks = new Blocks();
        blocks.makeRoom(size);
        IntStream.range(0, size).forEach(i -> blocks.set(i, i));
        return blocks;
    }

    @Test
    void view_sizesAroundThoseOfBlocks_holdsAllInOrder() {
        for (int size : new int[] {0, 1, 4_095, 4_096, 4_097, 8_192, MANY}) {
            List<Object> expected =
                    IntStream.range(0, size).<Object>mapToObj(i -> i).toList();

            assertThat(of(size).view()).isEqualTo(expected);
            assertThat(of(size).view().toArray()).isEqualTo(expected.toArray());
        }
    }

    @Test
    void makeRoom_stepByStep_keepsWhatWasSetAndLeavesTheRestNull() {
        Blocks blocks = new Blocks();
        for (int size = 1; size < MANY; size += 999) {
            blocks.makeRoom(size);
            blocks.set(size - 1, size);
        }

        List<Object> all = blocks.view();

        assertThat(all).hasSize(MANY - 9);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(i % 999 == 0 ? i + 1 : null);
        }
    }

    @Test
    void view_thenMoreRoom_keepsItsSize() {
        Blocks blocks = of(10);
        List<Object> earlier = blocks.view();

        blocks.makeRoom(MANY);

        assertThat(earlier).hasSize(10).startsWith(0, 1, 2);
    }

    @Test
    void view_outOfRangeOrChanged_isRefused() {
        List<Object> view = of(10).view();

        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> view.get(10))
                .withMessage("there are 10 results from 0 on, got the index 10");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> view.set(0, 1));
    }
}
