package io.github.clusterpool;

import java.io.Serializable;

/** A function of no argument that can travel to a worker; may throw. */
@FunctionalInterface
public interface Fn0<R> extends Serializable {
    /** Runs on a worker's own thread. */
    R apply() throws Exception;
}
