package io.github.clusterpool;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Results in R's simplest shape: all of length 1 make a vector, all of one length k &gt; 1 a matrix of k rows with one
 * column per result, anything else stays a list.
 *
 * <p>A {@code List} or array has its length, null has length 0, anything else length 1.
 *
 * <p>Source: R {@code simplify2array}, as used by {@code sapply}.
 */
public final class Simplified<R> {
    /** What the results have become. */
    public enum Shape {
        /** Each result has length 1. */
        VECTOR,
        /** Each result has the same length, more than 1, and is one column. */
        MATRIX,
        /** The results as they are. */
        LIST
    }

    private final List<R> values;
    private final List<String> names;
    private final Shape shape;
    private final int rows;

    private Simplified(List<R> values, List<String> names) {
        this.values = values;
        this.names = names;
        this.rows = commonLength(values);
        this.shape = rows == 1 ? Shape.VECTOR : rows > 1 ? Shape.MATRIX : Shape.LIST;
    }

    /**
     * Simplifies n values.
     *
     * @param names n names, or none
     * @throws IllegalArgumentException if there are names, but not n
     */
    public static <R> Simplified<R> of(List<R> values, List<String> names) {
        Check.given(values, "values");
        if (!Check.given(names, "names").isEmpty() && names.size() != values.size()) {
            throw new IllegalArgumentException(Messages.namesMismatch(names.size(), values.size()));
        }
        return new Simplified<>(java.util.Collections.unmodifiableList(new ArrayList<>(values)), List.copyOf(names));
    }

    private static int commonLength(List<?> values) {
        int common = values.isEmpty() ? 0 : length(values.get(0));
        for (Object value : values) {
            if (length(value) != common) {
                return 0;
            }
        }
        return common;
    }

    private static int length(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        return value.getClass().isArray() ? Array.getLength(value) : 1;
    }

    /** What the results have become. */
    public Shape shape() {
        return shape;
    }

    /** The n results as the function returned them; may hold null. */
    public List<R> values() {
        return values;
    }

    /** The n names; empty if there are none. */
    public List<String> names() {
        return names;
    }

    /** Rows and columns of a matrix; empty for a vector or list, as in R. */
    public int[] dim() {
        return shape == Shape.MATRIX ? new int[] {rows, values.size()} : new int[0];
    }

    /** No row names and the names as column names, of a matrix that has names; else empty. */
    public List<List<String>> dimNames() {
        return shape == Shape.MATRIX && !names.isEmpty() ? List.of(List.of(), names) : List.of();
    }

    /**
     * The numbers of a vector, or of a matrix column by column.
     *
     * @throws IllegalStateException if they are not all whole numbers in the range of int, or this is a list
     */
    public int[] toIntArray() {
        List<Object> cells = cells("toIntArray");
        int[] array = new int[cells.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = (int) whole(cells.get(i), i, Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
        }
        return array;
    }

    /**
     * The numbers of a vector, or of a matrix column by column.
     *
     * @throws IllegalStateException if they are not all whole numbers in the range of long, or this is a list
     */
    public long[] toLongArray() {
        List<Object> cells = cells("toLongArray");
        long[] array = new long[cells.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = whole(cells.get(i), i, Long.MIN_VALUE, Long.MAX_VALUE, "long");
        }
        return array;
    }

    /**
     * The numbers of a vector, or of a matrix column by column.
     *
     * @throws IllegalStateException if they are not all numbers, or this is a list
     */
    public double[] toDoubleArray() {
        List<Object> cells = cells("toDoubleArray");
        double[] array = new double[cells.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = number(cells.get(i), i).doubleValue();
        }
        return array;
    }

    /**
     * The texts of a vector, or of a matrix column by column; what is no text as {@code toString} gives it.
     *
     * @throws IllegalStateException if this is a list
     */
    public String[] toStringArray() {
        return cells("toStringArray").stream().map(Objects::toString).toArray(String[]::new);
    }

    /**
     * The numbers of a matrix, {@code [row][column]}; a vector is a matrix of one row.
     *
     * @throws IllegalStateException if they are not all numbers, or this is a list
     */
    public double[][] toDoubleMatrix() {
        double[] cells = toDoubleArray();
        double[][] matrix = new double[rows][values.size()];
        for (int i = 0; i < cells.length; i++) {
            matrix[i % rows][i / rows] = cells[i];
        }
        return matrix;
    }

    private List<Object> cells(String accessor) {
        if (shape == Shape.LIST && !values.isEmpty()) {
            throw new IllegalStateException(Messages.noCommonShape(accessor, values));
        }
        List<Object> cells = new ArrayList<>(rows * values.size());
        for (R value : values) {
            addCells(value, cells);
        }
        return cells;
    }

    private static void addCells(Object value, List<Object> cells) {
        if (value instanceof List<?> list) {
            cells.addAll(list);
        } else if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                cells.add(Array.get(value, i));
            }
        } else {
            cells.add(value);
        }
    }

    private static Number number(@Nullable Object cell, int index) {
        if (cell instanceof Number number) {
            return number;
        }
        if (cell instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        throw new IllegalStateException(Messages.notA("number", index, cell));
    }

    private static long whole(@Nullable Object cell, int index, long least, long most, String type) {
        Number number = number(cell, index);
        if (number instanceof Integer || (number instanceof Long && type.equals("long"))) {
            return number.longValue();
        }
        double value = number.doubleValue();
        if (value != Math.rint(value) || !Double.isFinite(value)) {
            throw new IllegalStateException(Messages.notA("whole number", index, cell));
        }
        BigDecimal exact = new BigDecimal(number.toString());
        if (exact.compareTo(BigDecimal.valueOf(least)) < 0 || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new IllegalStateException(Messages.notA("whole number in the range of " + type, index, cell));
        }
        return exact.longValue();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Simplified<?> that && values.equals(that.values) && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return 31 * values.hashCode() + names.hashCode();
    }

    /** The shape, then the results, with their names if they have any. */
    @Override
    public String toString() {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            String text = Messages.preview(values.get(i));
            shown.add(names.isEmpty() ? text : names.get(i) + "=" + text);
        }
        return (shape == Shape.MATRIX ? "MATRIX " + Arrays.toString(dim()) + " " : "") + shown;
    }
}
