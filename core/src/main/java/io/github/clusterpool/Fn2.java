package io.github.clusterpool;

import java.io.Serializable;

/** A function of two arguments that can travel to a worker; may throw. */
@FunctionalInterface
public interface Fn2<A, B, R> extends Serializable {
    /** Runs on a worker's own thread. */
    R apply(A a, B b) throws Exception;
}
