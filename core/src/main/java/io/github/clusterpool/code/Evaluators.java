package io.github.clusterpool.code;

import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The languages that a class loader has. A text chooses one by its beginning, like {@code #!jshell}; without, it is JEXL. */
final class Evaluators {
    private static final String DEFAULT = "jexl";
    private static final Pattern CHOICE = Pattern.compile("#!(\\w+)(?:\\s|$)");

    private final ClassLoader loader;
    private final Evaluator jexl = new JexlEvaluator();
    private @Nullable Map<String, Evaluator> byLanguage; // guarded by this; looked up for the first text in another one
    private @Nullable ServiceConfigurationError problem;

    Evaluators(ClassLoader loader) {
        this.loader = loader;
    }

    Evaluator of(String text) {
        Matcher choice = CHOICE.matcher(text);
        String language = choice.lookingAt() ? choice.group(1) : DEFAULT;
        return language.equals(DEFAULT) ? jexl : other(language, text);
    }

    static boolean isOfAnother(String text) {
        Matcher choice = CHOICE.matcher(text);
        return choice.lookingAt() && !choice.group(1).equals(DEFAULT);
    }

    private synchronized Evaluator other(String language, String text) {
        if (byLanguage == null) {
            byLanguage = load();
        }
        Evaluator evaluator = byLanguage.get(language);
        if (evaluator != null) {
            return evaluator;
        }
        throw new ScriptException(
                "script must be in one of " + byLanguage.keySet() + ", got " + language
                        + "; an Evaluator of it must be a service on the driver's class path, and on the workers' where"
                        + " clusterpool.code-shipping is off"
                        + (problem == null ? "" : "; one that is there failed: " + problem.getMessage()),
                1,
                1,
                text,
                problem);
    }

    /** The first of a language counts; one that cannot be loaded leaves the others as they are. */
    private Map<String, Evaluator> load() {
        Map<String, Evaluator> found = new TreeMap<>(Map.of(DEFAULT, jexl));
        Iterator<Evaluator> services =
                ServiceLoader.load(Evaluator.class, loader).iterator();
        while (true) {
            try {
                if (!services.hasNext()) {
                    return found;
                }
                Evaluator next = services.next();
                found.putIfAbsent(next.language(), next);
            } catch (ServiceConfigurationError e) {
                problem = e;
            }
        }
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
