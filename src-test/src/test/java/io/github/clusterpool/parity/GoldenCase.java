package io.github.clusterpool.parity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One case of R's answers in {@code golden/}; its README tells the format. */
record GoldenCase(String id, String op, Map<String, Object> args, Map<String, Object> expected) {
    private static final List<String> FILES = List.of(
            "splitIndices",
            "chunkCount",
            "assignment",
            "clusterApply",
            "clusterSplit",
            "lapply",
            "sapply",
            "map",
            "matrixApply",
            "errors",
            "session",
            "azurermr",
            "rng");

    static List<GoldenCase> all() {
        List<GoldenCase> cases = new ArrayList<>();
        for (String file : FILES) {
            try (InputStream in = GoldenCase.class.getResourceAsStream("/golden/" + file + ".json")) {
                for (Object json : list(parse(new JsonFactory().createParser(in)))) {
                    Map<String, Object> fields = map(json);
                    // stopTwice has an empty array for no arguments
                    Map<String, Object> args = fields.get("args") instanceof Map ? map(fields.get("args")) : Map.of();
                    cases.add(new GoldenCase(
                            (String) fields.get("id"), (String) fields.get("op"), args, map(fields.get("expected"))));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(file, e);
            }
        }
        return cases;
    }

    /** JSON text with {@code '} for {@code "}. */
    static Map<String, Object> json(String text) {
        try (JsonParser parser = new JsonFactory().createParser(text.replace('\'', '"'))) {
            return map(parse(parser));
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    GoldenCase expecting(Map<String, Object> other) {
        return new GoldenCase(id, op, args, other);
    }

    GoldenCase with(Map<String, Object> otherArgs) {
        return new GoldenCase(id, op, otherArgs, expected);
    }

    int workers() {
        return number(args, "workers", 0);
    }

    boolean balanced() {
        return Boolean.TRUE.equals(args.get("balanced")) || "dynamic".equals(args.get("scheduling"));
    }

    static int number(Map<String, Object> args, String name, int missing) {
        return args.get(name) == null ? missing : ((Number) args.get(name)).intValue();
    }

    @SuppressWarnings("unchecked") // JSON objects have texts as keys
    static Map<String, Object> map(Object json) {
        return (Map<String, Object>) json;
    }

    @SuppressWarnings("unchecked") // JSON arrays hold anything
    static List<Object> list(Object json) {
        return json == null ? List.of() : (List<Object>) json;
    }

    static List<String> texts(Object json) {
        return list(json).stream().map(String.class::cast).toList();
    }

    static List<Integer> ints(Object json) {
        return list(json).stream().map(each -> ((Number) each).intValue()).toList();
    }

    private static Object parse(JsonParser parser) throws IOException {
        parser.nextToken();
        return value(parser);
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, value(parser));
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("JSON must go on with a value, got " + parser.currentToken());
        };
    }
}
