package io.github.clusterpool;

import java.io.Serializable;

/** A function of one argument that can travel to a worker; may throw. */
@FunctionalInterface
public interface Fn<T, R> extends Serializable {
    /** Runs on a worker's own thread. */
    R apply(T x) throws Exception;
}
