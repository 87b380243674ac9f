package io.github.clusterpool.bench;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BinaryOperator;

/** Who reached what, row by row; what comes in is told on standard error at once. */
final class Figures {
    private final Map<Row, Map<String, Figure>> rows = new EnumMap<>(Row.class);

    void keep(Row row, String who, Figure figure) {
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>()).put(who, figure);
        System.err.println(row + ": " + who + " " + (figure.isThere() ? row.text(figure.median()) : figure.error()));
    }

    Map<Row, Map<String, Figure>> rows() {
        return rows;
    }

    Optional<Figure> of(Row row, String who) {
        return Optional.ofNullable(rows.getOrDefault(row, Map.of()).get(who));
    }

    OptionalDouble median(Row row, String who) {
        return of(row, who)
                .filter(Figure::isThere)
                .map(figure -> OptionalDouble.of(figure.median()))
                .orElse(OptionalDouble.empty());
    }

    /** Of several, such as the best peer, with {@code Math::max} or {@code Math::min}. */
    OptionalDouble median(Row row, List<String> several, BinaryOperator<Double> best) {
        return several.stream()
                .map(who -> median(row, who))
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .reduce(best)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }
}
