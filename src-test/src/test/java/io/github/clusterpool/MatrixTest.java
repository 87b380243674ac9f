package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MatrixTest {
    @Test
    void rowsAndColumns_ofAMatrix_areCopies() {
        double[][] matrix = {{1, 2, 3}, {4, 5, 6}};

        assertThat(Matrix.rows(matrix)).containsExactly(new double[] {1, 2, 3}, new double[] {4, 5, 6});
        assertThat(Matrix.columns(matrix))
                .containsExactly(new double[] {1, 4}, new double[] {2, 5}, new double[] {3, 6});
        assertThat(Matrix.rows(matrix).get(0)).isNotSameAs(matrix[0]);
    }

    @Test
    void rowsAndColumns_ofNothing_areNone() {
        assertThat(Matrix.rows(new double[0][])).isEmpty();
        assertThat(Matrix.columns(new double[0][])).isEmpty();
        assertThat(Matrix.columns(new double[2][0])).isEmpty();
    }

    @Test
    void rows_notAMatrix_areRefused() {
        assertThatThrownBy(() -> Matrix.rows(new double[][] {{1, 2}, {3}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1 must be as long as row 0 (2), got 1");
        assertThatThrownBy(() -> Matrix.columns(new double[][] {{1}, null}))
                .hasMessage("row 1 must be given, got null");
        assertThatThrownBy(() -> Matrix.rows(null)).hasMessage("matrix must be given, got null");
    }
}
