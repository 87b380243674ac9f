package io.github.clusterpool.code;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The languages on the class path. A text chooses one by its beginning, like {@code #!jshell}; without, it is JEXL. */
final class Evaluators {
    private static final String DEFAULT = "jexl";
    private static final Pattern CHOICE = Pattern.compile("#!(\\w+)(?:\\s|$)");

    /** Loaded when the first script is compiled, not before; the first of a language on the class path counts. */
    private static final Map<String, Evaluator> BY_LANGUAGE = load();

    private Evaluators() {}

    private static Map<String, Evaluator> load() {
        Map<String, Evaluator> found = new TreeMap<>();
        for (Evaluator evaluator : ServiceLoader.load(Evaluator.class, Scripts.class.getClassLoader())) {
            found.putIfAbsent(evaluator.language(), evaluator);
        }
        if (!found.containsKey(DEFAULT)) {
            throw new IllegalStateException(
                    "an Evaluator for jexl must be on the class path, got none; add clusterpool-core's jar whole");
        }
        return found;
    }

    static Evaluator of(String text) {
        Matcher choice = CHOICE.matcher(text);
        String language = choice.lookingAt() ? choice.group(1) : DEFAULT;
        Evaluator evaluator = BY_LANGUAGE.get(language);
        if (evaluator == null) {
            throw new ScriptException(
                    "script must be in one of " + BY_LANGUAGE.keySet() + ", got " + language
                            + "; an Evaluator of it must be on the class path of the driver and of the workers",
                    1,
                    1,
                    text,
                    null);
        }
        return evaluator;
    }

    /** The text without its choice, each character where it was, so that errors name the right place. */
    static String body(String text) {
        Matcher choice = CHOICE.matcher(text);
        if (!choice.lookingAt()) {
            return text;
        }
        return choice.group().replaceAll("\\S", " ") + text.substring(choice.end());
    }
}
