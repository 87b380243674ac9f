package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.wire.Slices;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecyclingTest {
    @Test
    void length_severalLists_isTheLongest() {
        assertThat(Recycling.length(List.of(List.of(1, 2, 3), List.of(1), List.of(1, 2))))
                .isEqualTo(3);
        assertThat(Recycling.length(List.of(List.of(), List.of()))).isZero();
        assertThat(Recycling.length(List.of())).isZero();
    }

    @Test
    void length_emptyBesideLonger_isRefused() {
        assertThatThrownBy(() -> Recycling.length(List.of(List.of(1, 2), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "lists must be all empty or all non-empty, got lengths [2, 0]; an empty list cannot be recycled");
    }

    @Test
    void element_beyondTheEnd_beginsAgain() {
        List<String> two = List.of("a", "b");

        assertThat(Recycling.element(two, 1)).isEqualTo("b");
        assertThat(Recycling.element(two, 4)).isEqualTo("a");
    }

    @Test
    void byCall_twoArguments_measuresEachCall() {
        byte[] bytes = new byte[10];
        Slices values = new Slices(new byte[0], bytes, new int[] {1, 3, 6, 10});

        Slices calls = Recycling.byCall(values, 2);

        assertThat(calls.ends()).containsExactly(3, 10);
        assertThat(calls.cut(1, 2)).hasSize(7);
        assertThat(Recycling.byCall(values, 1)).isSameAs(values);
    }
}
