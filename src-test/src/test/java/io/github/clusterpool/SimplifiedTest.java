package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimplifiedTest {
    private static Simplified<Object> of(Object... values) {
        return Simplified.of(Arrays.asList(values), List.of());
    }

    @Test
    void shape_eachOfLengthOne_isVector() {
        assertThat(of(1, "a", true).shape()).isEqualTo(Simplified.Shape.VECTOR);
        assertThat(of(List.of(1), new int[] {2}).shape()).isEqualTo(Simplified.Shape.VECTOR);
        assertThat(of(1, 2).dim()).isEmpty();
    }

    @Test
    void shape_eachOfOneLength_isMatrixOfColumns() {
        Simplified<Object> matrix = Simplified.of(List.of(List.of(1, 2, 3), List.of(4, 5, 6)), List.of("a", "b"));

        assertThat(matrix.shape()).isEqualTo(Simplified.Shape.MATRIX);
        assertThat(matrix.dim()).containsExactly(3, 2);
        assertThat(matrix.dimNames()).containsExactly(List.of(), List.of("a", "b"));
        assertThat(matrix.toIntArray()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(matrix.toDoubleMatrix()).isDeepEqualTo(new double[][] {{1, 4}, {2, 5}, {3, 6}});
    }

    @Test
    void shape_differentLengthsOrNull_isList() {
        assertThat(of(1, List.of(1, 2)).shape()).isEqualTo(Simplified.Shape.LIST);
        assertThat(of(1, null).shape()).isEqualTo(Simplified.Shape.LIST);
        assertThat(of(null, null).shape()).isEqualTo(Simplified.Shape.LIST);
        assertThat(of(List.of(), List.of()).shape()).isEqualTo(Simplified.Shape.LIST);
        assertThat(of().shape()).isEqualTo(Simplified.Shape.LIST);
    }

    @Test
    void arrays_ofNoResults_areEmpty() {
        assertThat(of().toIntArray()).isEmpty();
        assertThat(of().toDoubleMatrix()).isEmpty();
    }

    @Test
    void toIntArray_wholeNumbersOfAnyType_areTaken() {
        assertThat(of(1, 2L, 3.0, true).toIntArray()).containsExactly(1, 2, 3, 1);
        assertThat(of(Long.MAX_VALUE, new BigDecimal("3.0"), (short) 4).toLongArray())
                .containsExactly(Long.MAX_VALUE, 3, 4);
        assertThat(of(1.5, 2).toDoubleArray()).containsExactly(1.5, 2);
        assertThat(of("a", 2).toStringArray()).containsExactly("a", "2");
    }

    @Test
    void toIntArray_noWholeNumber_isNamed() {
        assertThatThrownBy(() -> of(1, 1.5).toIntArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("result 1 must be a whole number, got 1.5 (java.lang.Double)");
        assertThatThrownBy(() -> of("x").toLongArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("result 0 must be a number, got 'x' (java.lang.String)");
        assertThatThrownBy(() -> of(List.of(1, 2), Arrays.asList(3, null)).toDoubleArray())
                .hasMessage("result 3 must be a number, got null");
    }

    @Test
    void toIntArray_beyondTheRange_isRefused() {
        assertThatThrownBy(() -> of(1, 3_000_000_000L).toIntArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("result 1 must be a whole number in the range of int, got 3000000000 (java.lang.Long)");
        assertThatThrownBy(() -> of(1e300).toLongArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("result 0 must be a whole number in the range of long, got 1.0E300 (java.lang.Double)");
        assertThatThrownBy(() -> of(BigInteger.TWO.pow(70)).toLongArray())
                .hasMessage("result 0 must be a whole number in the range of long, got 1180591620717411303424"
                        + " (java.math.BigInteger)");
        assertThatThrownBy(() -> of(Double.POSITIVE_INFINITY).toLongArray())
                .hasMessage("result 0 must be a whole number, got Infinity (java.lang.Double)");
        assertThatThrownBy(() -> of(Double.NaN).toIntArray())
                .hasMessage("result 0 must be a whole number, got NaN (java.lang.Double)");
    }

    @Test
    void toIntArray_list_saysWhatToUse() {
        assertThatThrownBy(() -> of(1, List.of(1, 2)).toIntArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("toIntArray() must be called on a vector or matrix, got a list of 2 results of different"
                        + " length; use values()");
    }

    @Test
    void of_otherNumberOfNames_isRefused() {
        assertThatThrownBy(() -> Simplified.of(List.of(1, 2), List.of("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("names must be as many as values (2) or none, got 1");
    }

    @Test
    void toString_namesAndShape_areShown() {
        assertThat(Simplified.of(List.of(1, 2), List.of("a", "b"))).hasToString("[a=1, b=2]");
        assertThat(of(List.of(1, 2), List.of(3, 4))).hasToString("MATRIX [2, 2] [[1, 2], [3, 4]]");
        assertThat(of("x", null)).hasToString("['x', null]");
    }

    @Test
    void equals_valuesAndNames_decide() {
        assertThat(of(1, 2)).isEqualTo(of(1, 2)).hasSameHashCodeAs(of(1, 2));
        assertThat(of(1, 2)).isNotEqualTo(Simplified.of(List.of(1, 2), List.of("a", "b")));
    }
}
