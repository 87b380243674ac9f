package io.github.clusterpool;

import java.io.Serializable;

/** A function of three arguments that can travel to a worker; may throw. */
@FunctionalInterface
public interface Fn3<A, B, C, R> extends Serializable {
    /** Runs on a worker's own thread. */
    R apply(A a, B b, C c) throws Exception;
}
