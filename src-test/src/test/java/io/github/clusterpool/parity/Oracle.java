package io.github.clusterpool.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.clusterpool.JobFailedException;
import io.github.clusterpool.PoolException;
import io.github.clusterpool.PoolMissingException;
import io.github.clusterpool.Result;
import io.github.clusterpool.Simplified;
import io.github.clusterpool.TaskFailedException;
import io.github.clusterpool.state.Chunking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Compares what a pool did with what R did: values by value, errors by what is ours to promise. */
final class Oracle {
    private Oracle() {}

    /**
     * Runs and compares.
     *
     * @param chunks R's number of chunks, whose failures R counts; 0 if they are not R's
     */
    static void check(Map<String, Object> expected, int chunks, Callable<?> run) throws Exception {
        if (expected.containsKey("value")) {
            same(RValue.of(expected.get("value")), run.call());
        } else {
            failed(GoldenCase.map(expected.get("error")), chunks, catchThrowable(run::call));
        }
    }

    // ---- errors

    private static void failed(Map<String, Object> expected, int chunks, Throwable error) {
        switch ((String) expected.get("from")) {
            case "function" -> assertThat(firstText(error)).isEqualTo(expected.get("first"));
            case "AzureRMR" ->
                assertThat(error)
                        .isInstanceOf(PoolMissingException.class)
                        .hasMessageContaining("does not exist; call init(size) to create it");
            case "clusterpool" -> assertThat(error).hasMessage((String) expected.get("message"));
            case "javac" -> assertThat(error).isInstanceOf(Functions.DoesNotCompile.class);
            default -> assertThat(error).isInstanceOfAny(PoolException.class, IllegalArgumentException.class);
        }
        if (chunks > 0 && expected.containsKey("nodes")) {
            assertThat(failedChunks(error, chunks)).as("failed chunks").isEqualTo(expected.get("nodes"));
        }
    }

    private static String firstText(Throwable error) {
        assertThat(error).isInstanceOf(JobFailedException.class);
        Throwable first = ((JobFailedException) error)
                .outcomes().stream()
                        .map(Result::error)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow();
        assertThat(first).isInstanceOf(TaskFailedException.class);
        assertThat(error).hasMessageContaining(first.getCause().getMessage());
        return first.getCause().getMessage();
    }

    /** R gives a chunk up at its first failure and counts chunks; we run everything and count elements. */
    private static int failedChunks(Throwable error, int chunks) {
        List<Result<?>> outcomes = ((JobFailedException) error).outcomes();
        int failed = 0;
        int first = 0;
        for (int size : Chunking.splitIndices(outcomes.size(), chunks)) {
            boolean good = outcomes.subList(first, first + size).stream().allMatch(Result::isSuccess);
            failed += good ? 0 : 1;
            first += size;
        }
        return failed;
    }

    // ---- values

    static void same(RValue expected, Object got) {
        if (got instanceof Simplified<?> simplified) {
            sameShape(expected, simplified);
        } else if (expected.isNull()) {
            assertThat(got).isNull();
        } else if (expected.isList()) {
            sameElements(expected, got);
        } else if (expected.cells().size() == 1 && !(got instanceof List)) {
            sameCell(expected.cells().get(0), got);
        } else {
            assertThat(got).isInstanceOf(List.class);
            sameCells(expected.cells(), (List<?>) got);
        }
    }

    private static void sameElements(RValue expected, Object got) {
        List<?> elements = got instanceof Map<?, ?> map ? new ArrayList<>(map.values()) : (List<?>) got;
        List<?> names = got instanceof Map<?, ?> map ? new ArrayList<>(map.keySet()) : List.of();
        assertThat(names).as("names").isEqualTo(expected.names());
        assertThat(elements).hasSameSizeAs(expected.cells());
        for (int i = 0; i < elements.size(); i++) {
            same((RValue) expected.cells().get(i), elements.get(i));
        }
    }

    private static void sameShape(RValue expected, Simplified<?> got) {
        boolean matrix = !expected.dim().isEmpty();
        assertThat(Arrays.stream(got.dim()).boxed().toList()).as("dim").isEqualTo(expected.dim());
        assertThat(got.dimNames()).as("names of columns").isEqualTo(columnNames(expected));
        assertThat(got.shape() == Simplified.Shape.MATRIX).isEqualTo(matrix);
        if (!matrix) {
            assertThat(got.names()).as("names").isEqualTo(expected.names());
        }
        if (matrix || !expected.isList()) {
            sameCells(expected, got);
        } else {
            assertThat(got.values()).hasSameSizeAs(expected.cells());
            for (int i = 0; i < got.values().size(); i++) {
                same((RValue) expected.cells().get(i), got.values().get(i));
            }
        }
    }

    private static List<List<String>> columnNames(RValue expected) {
        return expected.dimNames().isEmpty()
                ? List.of()
                : List.of(List.of(), expected.dimNames().get(1));
    }

    /** By the typed accessor, where R's type has one, for it also coerces as R does. */
    private static void sameCells(RValue expected, Simplified<?> got) {
        switch (expected.type()) {
            case "int" ->
                sameCells(
                        expected.cells(),
                        Arrays.stream(got.toIntArray()).boxed().toList());
            case "double" ->
                sameCells(
                        expected.cells(),
                        Arrays.stream(got.toDoubleArray()).boxed().toList());
            case "string" -> sameCells(expected.cells(), List.of(got.toStringArray()));
            default -> sameCells(expected.elements(), flat(got.values()));
        }
    }

    private static List<Object> flat(List<?> values) {
        List<Object> cells = new ArrayList<>();
        values.forEach(value -> cells.addAll(value instanceof List<?> list ? list : List.of(value)));
        return cells;
    }

    private static void sameCells(List<?> expected, List<?> got) {
        assertThat(got).hasSameSizeAs(expected);
        for (int i = 0; i < got.size(); i++) {
            sameCell(expected.get(i), got.get(i));
        }
    }

    private static void sameCell(Object expected, Object got) {
        if (expected instanceof Number number && got instanceof Number other) {
            assertThat((Object) other.doubleValue()).isEqualTo(number.doubleValue());
            assertThat(RValue.isNa(other.doubleValue())).as("NA").isEqualTo(RValue.isNa(number.doubleValue()));
        } else {
            assertThat(got).isEqualTo(expected);
        }
    }
}
