package io.github.clusterpool;

import java.io.Serializable;
import java.util.concurrent.Callable;

/** A function of no argument that can travel to a worker; may throw. */
@FunctionalInterface
public interface Fn0<R> extends Callable<R>, Serializable {
    /** Runs on a worker's own thread. */
    R apply() throws Exception;

    /** The same, for whoever takes a {@link Callable}. */
    @Override
    default R call() throws Exception {
        return apply();
    }
}
