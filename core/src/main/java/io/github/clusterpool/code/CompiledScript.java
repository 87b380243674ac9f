package io.github.clusterpool.code;

import org.jspecify.annotations.Nullable;

/** A script that has been parsed and can run any number of times, in any number of threads at once. */
public interface CompiledScript {
    /** Returns the text it was compiled from. */
    String text();

    /**
     * Runs the script in the calling thread.
     *
     * @param scope where variables that are neither arguments nor local are read and set
     * @param args as many as the function takes; none for an expression
     * @return the value of the last statement; may be null
     * @throws UnsetVariableException if it reads a variable that is not set
     * @throws ScriptException if it fails otherwise; the cause is what it ran into
     * @throws java.util.concurrent.CancellationException if the scope's switch was set or the thread was interrupted; the
     *     interrupt is then used up
     */
    @Nullable
    Object run(Scope scope, @Nullable Object... args);
}
