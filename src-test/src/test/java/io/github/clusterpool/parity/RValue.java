package io.github.clusterpool.parity;

import static io.github.clusterpool.parity.GoldenCase.ints;
import static io.github.clusterpool.parity.GoldenCase.list;
import static io.github.clusterpool.parity.GoldenCase.map;
import static io.github.clusterpool.parity.GoldenCase.texts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of R's, and what stands for it in Java: int is Integer, double Double, logical Boolean, string String, NULL null;
 * a vector of one is its element, a longer one a List, one with names a Map.
 *
 * <p>NA is null, but in double it is what it is in R: a NaN with the payload 1954, so that NA and NaN stay apart.
 *
 * @param cells the elements, in Java's types; of a list RValues
 * @param dimNames per dimension; null where there are none
 */
record RValue(String type, List<Object> cells, List<String> names, List<Integer> dim, List<List<String>> dimNames) {
    private static final long NA_PAYLOAD = 1954;
    private static final double NA = Double.longBitsToDouble(0x7FF8000000000000L | NA_PAYLOAD);

    static RValue of(Object json) {
        Map<String, Object> fields = map(json);
        String type = (String) fields.get("t");
        List<Object> cells = new ArrayList<>();
        for (Object cell : list(fields.get("v"))) {
            cells.add(cell(type, cell));
        }
        List<List<String>> dimNames = new ArrayList<>();
        for (Object each : list(fields.get("dimnames"))) {
            dimNames.add(each == null ? null : texts(each));
        }
        return new RValue(type, cells, texts(fields.get("names")), ints(fields.get("dim")), dimNames);
    }

    private static Object cell(String type, Object json) {
        return switch (type) {
            case "list" -> RValue.of(json);
            case "double" -> json instanceof Number number ? (Object) number.doubleValue() : special((String) json);
            default -> json;
        };
    }

    private static double special(String text) {
        return switch (text) {
            case "NA" -> NA;
            case "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.NaN;
        };
    }

    static boolean isNa(double number) {
        return Double.isNaN(number) && (int) Double.doubleToRawLongBits(number) == NA_PAYLOAD;
    }

    boolean isNull() {
        return type.equals("null");
    }

    boolean isList() {
        return type.equals("list");
    }

    boolean isNumeric() {
        return type.equals("int") || type.equals("double");
    }

    /** The elements as a verb runs over them: names and dims are dropped. */
    List<Object> elements() {
        List<Object> elements = new ArrayList<>();
        cells.forEach(cell -> elements.add(cell instanceof RValue inner ? inner.toJava() : cell));
        return elements;
    }

    /** The elements under their names. */
    Map<String, Object> named() {
        Map<String, Object> named = new LinkedHashMap<>();
        List<Object> elements = elements();
        for (int i = 0; i < elements.size(); i++) {
            named.put(names.get(i), elements.get(i));
        }
        if (named.size() != elements.size()) {
            throw new IllegalArgumentException("names of a Map must be different, got " + names);
        }
        return named;
    }

    Object toJava() {
        if (isNull()) {
            return null;
        }
        if (!names.isEmpty()) {
            return named();
        }
        return cells.size() == 1 && !isList() ? cells.get(0) : elements();
    }
}
