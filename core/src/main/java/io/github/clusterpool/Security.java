package io.github.clusterpool;

/** How the members of a cluster know each other. */
public enum Security {
    /** Mutual TLS 1.3: each has a certificate of the cluster's authority. */
    TLS,
    /** Not at all: whoever reaches a port can run code. For networks that nobody else is on. */
    NONE
}
