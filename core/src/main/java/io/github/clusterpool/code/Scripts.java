package io.github.clusterpool.code;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compiles scripts in the languages of one class loader, and keeps the ones used last.
 *
 * <p>The language is Apache Commons JEXL: {@code i -> i + x}, {@code y = x * 2; y + 1}, {@code n = (n ?? 0) + 1}. Names that
 * are neither arguments nor local ({@code var}) are the worker's variables. A text that begins with {@code #!name} is in the
 * language of the {@link Evaluator} of that name. What was compiled goes with the loader, whose classes it may have seen.
 * Thread-safe.
 */
public final class Scripts {
    static final int MAX_CACHED = 256;
    private static final int MAX_LENGTH = 65_536;
    private static final int EXPRESSION = -1;

    private static final Scripts OURS = new Scripts(Scripts.class.getClassLoader());

    private final ClassLoader loader;
    private final Map<Key, CompiledScript> cache = new LinkedHashMap<>(16, 0.75f, true) { // guarded by itself
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, CompiledScript> eldest) {
                    return size() > MAX_CACHED;
                }
            };
    private @Nullable Evaluators evaluators; // guarded by cache; most class loaders never see a script

    private record Key(String text, int arity) {}

    /** Looks for languages there, when the first script of one that is not JEXL is compiled. */
    public Scripts(ClassLoader loader) {
        this.loader = loader;
    }

    /** Those for a text that the calling thread has written: languages are what its context class loader finds. */
    public static Scripts ofCaller(String text) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        boolean isOurs = context == null || context == OURS.loader || !areOfAnotherLanguage(text);
        return isOurs ? OURS : new Scripts(context);
    }

    /** Whether the text is in a language that somebody has plugged in, or names one that nobody has. */
    public static boolean areOfAnotherLanguage(String text) {
        return Evaluators.isOfAnother(text);
    }

    /**
     * Compiles statements separated by {@code ;}: the value is the last one's, assignments set the worker's variables.
     *
     * @throws ScriptException if the text does not parse
     */
    public CompiledScript expression(String text) {
        return cached(new Key(text, EXPRESSION), () -> evaluators().of(text).expression(Evaluators.body(text)));
    }

    /**
     * Compiles a function of {@code arity} arguments: {@code () -> 42}, {@code i -> i + x}, {@code (a, b) -> a * b}.
     *
     * @throws ScriptException if the text does not parse or takes another number of arguments
     */
    public CompiledScript function(String text, int arity) {
        return cached(new Key(text, arity), () -> evaluators().of(text).function(Evaluators.body(text), arity));
    }

    private Evaluators evaluators() {
        synchronized (cache) {
            Evaluators known = evaluators;
            if (known == null) {
                known = new Evaluators(loader);
                evaluators = known;
            }
            return known;
        }
    }

    // compiles outside the lock: a text that takes long to parse must not hold the others up
    private CompiledScript cached(Key key, Supplier<CompiledScript> compile) {
        requireShort(key.text());
        synchronized (cache) {
            var known = cache.get(key);
            if (known != null) {
                return known;
            }
        }
        var compiled = compile.get();
        synchronized (cache) {
            cache.put(key, compiled);
        }
        return compiled;
    }

    private static void requireShort(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new ScriptException(
                    "script must have at most " + MAX_LENGTH + " characters, got " + text.length(), 0, 0, text, null);
        }
    }
}
