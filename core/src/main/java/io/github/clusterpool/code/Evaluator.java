package io.github.clusterpool.code;

/**
 * Compiles scripts of one language; found by {@link java.util.ServiceLoader} by the caller's context class loader, and on a
 * worker among the classes of the pool's generation: what the driver has is found there, too, unless code shipping is off.
 * Thread-safe.
 */
public interface Evaluator {
    /** Returns the language's name, such as {@code jexl}: letters, digits and _. Scripts choose it by {@code #!name}. */
    String language();

    /**
     * Compiles statements whose value is the last one's and which may set variables of the scope.
     *
     * @throws ScriptException if the text does not parse
     */
    CompiledScript expression(String text);

    /**
     * Compiles a function such as {@code (a, b) -> a * b}.
     *
     * @throws ScriptException if the text does not parse or takes another number of arguments than {@code arity}
     */
    CompiledScript function(String text, int arity);
}
