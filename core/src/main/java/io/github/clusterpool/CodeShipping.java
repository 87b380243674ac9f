package io.github.clusterpool;

/** Which nodes may get classes from the driver that they lack. */
public enum CodeShipping {
    /** The worker JVMs that the pool starts itself, on this machine. */
    LOCAL,
    /** These, and nodes that joined with mutual TLS. */
    MTLS,
    /** All nodes. */
    ON,
    /** None: each needs all classes on its class path, and the same build of them. */
    OFF
}
