package io.github.clusterpool.code;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The variables a script reads and writes while it runs, and the switch that ends it; given by the worker. */
public interface Scope {
    /** Tells whether the variable is set, be it to null. */
    boolean has(String name);

    /** Returns the variable's value, or null if it is set to null or not set. */
    @Nullable
    Object get(String name);

    /** Sets the variable. */
    void set(String name, @Nullable Object value);

    /** Returns the switch that cancels the run once it is set to true, from any thread; an interrupt does the same. */
    AtomicBoolean cancelled();
}
