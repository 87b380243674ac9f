package io.github.clusterpool.code;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Compiles scripts, and keeps the ones used last.
 *
 * <p>The language is Apache Commons JEXL: {@code i -> i + x}, {@code y = x * 2; y + 1}, {@code n = (n ?? 0) + 1}. Names that
 * are neither arguments nor local ({@code var}) are the worker's variables. A text that begins with {@code #!name} is in the
 * language of the {@link Evaluator} of that name. Thread-safe.
 */
public final class Scripts {
    static final int MAX_CACHED = 256;
    private static final int MAX_LENGTH = 65_536;
    private static final int EXPRESSION = -1;

    private static final Map<Key, CompiledScript> CACHE = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompiledScript> eldest) {
            return size() > MAX_CACHED;
        }
    };

    private record Key(String text, int arity) {}

    private Scripts() {}

    /**
     * Compiles statements separated by {@code ;}: the value is the last one's, assignments set the worker's variables.
     *
     * @throws ScriptException if the text does not parse
     */
    public static CompiledScript expression(String text) {
        return cached(new Key(text, EXPRESSION), () -> Evaluators.of(text).expression(Evaluators.body(text)));
    }

    /**
     * Compiles a function of {@code arity} arguments: {@code () -> 42}, {@code i -> i + x}, {@code (a, b) -> a * b}.
     *
     * @throws ScriptException if the text does not parse or takes another number of arguments
     */
    public static CompiledScript function(String text, int arity) {
        return cached(new Key(text, arity), () -> Evaluators.of(text).function(Evaluators.body(text), arity));
    }

    // compiles outside the lock: a text that takes long to parse must not hold the others up
    private static CompiledScript cached(Key key, Supplier<CompiledScript> compile) {
        requireShort(key.text());
        synchronized (CACHE) {
            var known = CACHE.get(key);
            if (known != null) {
                return known;
            }
        }
        var compiled = compile.get();
        synchronized (CACHE) {
            CACHE.put(key, compiled);
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
