package io.github.clusterpool.parity;

import static io.github.clusterpool.parity.GoldenCase.map;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Where our answer is not R's: by case id what we expect instead, and why. The cases run all the same. */
final class OurRules {
    /** Why, and R's case with our expectation. */
    record Rule(String why, UnaryOperator<GoldenCase> ours) {}

    private static final Map<String, Rule> RULES = new LinkedHashMap<>();

    private static final String NO_NAMES = "map gives a List: it has no names, be it of texts or of a named vector";
    private static final String NO_ROW_NAMES = "a function returns several values as a List, which names no rows";
    private static final String NO_DIM_NAMES = "a double[][] has no names";
    private static final String ALL_RUN = "all tasks run, also the rest of a failing chunk";
    private static final String CHUNK_SIZE = "chunkSize below 1 is refused instead of meaning R's own choice";
    private static final String WHOLE = "chunkSize is an int: 2.5 does not compile, what runs is 2";
    private static final String ARITY =
            "what R finds on the workers is found before: a script's arity when it is parsed";
    private static final String TYPES = "does not compile: no such overload";

    static {
        for (String id : List.of("011", "013", "015", "025", "026", "053")) {
            RULES.put("map/" + id, new Rule(NO_NAMES, OurRules::withoutNames));
        }
        for (String id : List.of("005", "006", "008", "018")) {
            RULES.put("matrixApply/" + id, new Rule(NO_DIM_NAMES, OurRules::withoutNames));
        }
        RULES.put("azurermr/010", new Rule(NO_NAMES, OurRules::withoutNames));
        RULES.put("map/028", new Rule(NO_ROW_NAMES, OurRules::withoutNames));
        RULES.put("sapply/010", new Rule(NO_ROW_NAMES, OurRules::withoutNames));
        expect("sapply/040", NO_ROW_NAMES, "{'value':{'t':'double','v':[1,2],'names':['x','y']}}");
        expect(
                "sapply/011",
                NO_ROW_NAMES,
                "{'value':{'t':'double','v':[1,1,2,4,3,9],'dim':[2,3],'dimnames':[null,['a','b','c']]}}");
        expect(
                "sapply/031",
                "there is no simplify = \"array\": equal lengths make a matrix",
                "{'value':{'t':'double','v':[1,2,3,4,2,3,4,5],'dim':[4,2]}}");
        expect(
                "map/008",
                "there is no recycle = FALSE: the longest vector decides",
                list("{'t':'int','v':[11]},{'t':'int','v':[22]},{'t':'int','v':[13]},"
                        + "{'t':'int','v':[24]},{'t':'int','v':[15]}"));
        expect("map/040", "nothing in, an empty result out, and not NULL", list(""));
        expect("map/043", "R's defect: no texts in, an empty list out", list(""));
        expect("map/005", TYPES, "{'error':{'from':'javac'}}");
        expect("map/045", TYPES, "{'error':{'from':'javac'}}");
        expect("map/050", ARITY, error("function must take 1 argument, got 2: (x, y) -> x + y"));
        expect("lapply/038", ARITY, error("function must take 1 argument, got 2: (x, y) -> x + y"));
        expect("assignment/025", CHUNK_SIZE, error("chunkSize must be at least 1, got -5"));
        expect("assignment/036", CHUNK_SIZE, error("chunkSize must be at least 1, got 0"));
        expect("chunkCount/013", CHUNK_SIZE, error("chunkSize must be at least 1, got 0"));
        expect("chunkCount/015", CHUNK_SIZE, error("chunkSize must be at least 1, got -1"));
        expect("chunkCount/016", CHUNK_SIZE, error("chunkSize must be at least 1, got -1"));
        expect("chunkCount/021", WHOLE, "{'chunks':5}");
        expect(
                "assignment/026",
                WHOLE,
                "{'chunkOf':[1,1,2,2,3,4,4],'nonEmptyChunkSizes':[2,2,1,2],'workerOf':[1,1,2,2,1,2,2]}");
        expect("errors/020", "R's quirk: deleting twice is silent", "{'value':{'t':'null'}}");
        expect("errors/021", ALL_RUN, ran("[1,3,4,5,6,7,8]"));
        expect("errors/023", ALL_RUN, ran("[1,3,4,5,6,7,8,9]"));
        RULES.put(
                "session/006",
                new Rule(
                        "several names are one epoch: nothing is exported if one cannot be",
                        given -> step(given, 1, list("{'t':'string','v':[]},{'t':'string','v':[]}"))));
    }

    private OurRules() {}

    static Rule of(GoldenCase given) {
        return RULES.get(given.id());
    }

    static List<String> ids() {
        return List.copyOf(RULES.keySet());
    }

    private static void expect(String id, String why, String expected) {
        RULES.put(id, new Rule(why, given -> given.expecting(GoldenCase.json(expected))));
    }

    private static String list(String values) {
        return "{'value':{'t':'list','v':[" + values + "]}}";
    }

    private static String error(String message) {
        return "{'error':{'from':'clusterpool','message':'" + message + "'}}";
    }

    private static String ran(String elements) {
        return "{'error':{'nodes':1,'first':'boom','from':'function'},'ranToTheEnd':" + elements + "}";
    }

    private static GoldenCase step(GoldenCase given, int index, String expected) {
        List<Object> steps = new ArrayList<>(GoldenCase.list(given.args().get("steps")));
        Map<String, Object> step = new LinkedHashMap<>(map(steps.get(index)));
        step.put("expected", GoldenCase.json(expected));
        steps.set(index, step);
        Map<String, Object> args = new LinkedHashMap<>(given.args());
        args.put("steps", steps);
        return given.with(args);
    }

    private static GoldenCase withoutNames(GoldenCase given) {
        Map<String, Object> args = new LinkedHashMap<>(given.args());
        args.computeIfPresent("steps", (key, steps) -> unnamed(steps, false));
        return given.with(args).expecting(map(unnamed(given.expected(), true)));
    }

    /** Takes names out of what is expected, and out of nothing else. */
    private static Object unnamed(Object json, boolean expected) {
        if (json instanceof List<?> elements) {
            List<Object> result = new ArrayList<>();
            elements.forEach(each -> result.add(unnamed(each, expected)));
            return result;
        }
        if (!(json instanceof Map)) {
            return json;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        map(json).forEach((key, value) -> {
            if (!expected || !(key.equals("names") || key.equals("dimnames"))) {
                result.put(key, unnamed(value, expected || key.equals("expected")));
            }
        });
        return result;
    }
}
