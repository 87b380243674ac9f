package io.github.clusterpool;

/** Where the workers of a pool live. */
public enum Placement {
    /** In this JVM. */
    IN_PROCESS,
    /** Each in a JVM of its own on this machine. */
    PROCESSES,
    /** In the JVMs of nodes that have joined the cluster, on this machine and others. */
    CLUSTER
}
