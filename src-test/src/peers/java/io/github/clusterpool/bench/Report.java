package io.github.clusterpool.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The figures as Markdown and as JSON. */
record Report(Size size, Map<String, Object> machine, List<String> names, Map<String, String> absent, Figures figures) {
    private static final List<String> NOTES = List.of(
            "In process with references instead of copies: not measured, as the pool has no such setting"
                    + " (`clusterpool.in-process.copy` does not exist).",
            "Export over the network, and the supervisor's cost: not measured here, as all are on one machine and as JMH"
                    + " is for that.",
            "Bare Pekko's pipelined tasks: at most 128 are on their way. fork/join: parallel streams; it copies nothing.");

    String markdown() {
        StringBuilder text = new StringBuilder();
        machine.forEach((key, value) -> line(text, "- " + key + ": " + value));
        line(text, "- size: " + size.name() + (size.divisor() == 1 ? "" : ", whose figures say nothing of speed"));
        absent.forEach((name, why) -> line(text, "- " + name + ": skipped, " + why));
        NOTES.forEach(note -> line(text, "- " + note));
        medians(text);
        targets(text);
        details(text);
        return text.toString();
    }

    private void medians(StringBuilder text) {
        line(text, "\nMedians; in brackets the ratio to " + Entrants.OURS + ".\n");
        line(text, "| | " + String.join(" | ", names) + " |");
        line(text, "|---|" + "---|".repeat(names.size()));
        figures.rows().forEach((row, cells) -> {
            List<String> texts = names.stream().map(name -> cell(row, cells, name)).toList();
            line(text, "| " + row.label(size) + " | " + String.join(" | ", texts) + " |");
        });
    }

    private String cell(Row row, Map<String, Figure> cells, String name) {
        Figure figure = cells.get(name);
        if (figure == null) {
            return "";
        }
        return figure.isThere()
                ? row.text(figure.median()) + (name.equals(Entrants.OURS) ? "" : ratio(cells, figure, " (%.2f)"))
                : figure.error().startsWith(">") ? figure.error() : "fails";
    }

    private static String ratio(Map<String, Figure> cells, Figure figure, String format) {
        Figure ours = cells.get(Entrants.OURS);
        return ours == null || !ours.isThere()
                ? ""
                : String.format(Locale.ROOT, format, figure.median() / ours.median());
    }

    private void targets(StringBuilder text) {
        line(text, "\n| figure | target | reached | met |\n|---|---|---|---|");
        for (Target target : Target.all(figures)) {
            line(text, String.format(
                    "| %s | %s | %s | %s |", target.figure(), target.target(), target.value(), target.verdict()));
        }
    }

    private void details(StringBuilder text) {
        line(text, "\n| | who | cold | median | least | most | rounds | why it fails |\n|---|---|---|---|---|---|---|---|");
        figures.rows().forEach((row, cells) -> cells.forEach((name, figure) -> {
            List<String> texts = new ArrayList<>(List.of(row.label(size), name));
            texts.add(Double.isNaN(figure.cold()) ? "" : row.text(figure.cold()));
            texts.add(figure.isThere() ? row.text(figure.median()) : "");
            texts.add(figure.isThere() ? row.text(figure.least()) : "");
            texts.add(figure.isThere() ? row.text(figure.most()) : "");
            texts.add("" + figure.sorted().length);
            texts.add(figure.error().replace("|", "\\|"));
            line(text, "| " + String.join(" | ", texts) + " |");
        }));
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    void writeJson(Path file) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>(machine);
        report.put("size", size.name());
        report.put("skipped", absent);
        report.put("notes", NOTES);
        Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
        figures.rows().forEach((row, cells) -> {
            Map<String, Object> all = new LinkedHashMap<>();
            cells.forEach((name, figure) -> all.put(name, json(cells, figure)));
            rows.put(row.label(size), all);
        });
        report.put("figures", rows);
        report.put("targets", Target.all(figures).stream().map(Report::json).toList());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), report);
    }

    private static Map<String, Object> json(Map<String, Figure> cells, Figure figure) {
        Map<String, Object> json = new TreeMap<>();
        if (!figure.isThere()) {
            json.put("error", figure.error());
            return json;
        }
        if (!Double.isNaN(figure.cold())) {
            json.put("cold", figure.cold());
        }
        json.put("median", figure.median());
        json.put("least", figure.least());
        json.put("most", figure.most());
        json.put("rounds", figure.sorted().length);
        String ratio = ratio(cells, figure, "%.4f");
        if (!ratio.isEmpty()) {
            json.put("ratio", Double.valueOf(ratio));
        }
        return json;
    }

    private static Map<String, Object> json(Target target) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("figure", target.figure());
        json.put("target", target.target());
        json.put("reached", target.reached().isPresent() ? target.reached().getAsDouble() : null);
        json.put("met", target.verdict());
        return json;
    }
}
