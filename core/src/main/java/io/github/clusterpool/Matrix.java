package io.github.clusterpool;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows and columns of a {@code double[][]}, to be given to any verb: {@code pool.sapply(Matrix.rows(x), row -> …)}.
 *
 * <p>Source: R {@code parallel::parApply}, {@code parRapply}, {@code parCapply}.
 */
public final class Matrix {
    private Matrix() {}

    /**
     * The rows of a matrix.
     *
     * @param matrix rows of the same length
     */
    public static List<double[]> rows(double[][] matrix) {
        List<double[]> rows = new ArrayList<>();
        for (double[] row : Check.given(matrix, "matrix")) {
            if (Check.given(row, "row " + rows.size()).length != matrix[0].length) {
                throw new IllegalArgumentException(Messages.rowLength(rows.size(), matrix[0].length, row.length));
            }
            rows.add(row.clone());
        }
        return rows;
    }

    /** The columns of a matrix; as {@link #rows}. */
    public static List<double[]> columns(double[][] matrix) {
        List<double[]> rows = rows(matrix);
        List<double[]> columns = new ArrayList<>();
        int width = rows.isEmpty() ? 0 : rows.get(0).length;
        for (int j = 0; j < width; j++) {
            int column = j;
            columns.add(rows.stream().mapToDouble(row -> row[column]).toArray());
        }
        return columns;
    }
}
