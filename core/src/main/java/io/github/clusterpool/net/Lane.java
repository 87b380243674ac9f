package io.github.clusterpool.net;

/** Which of the two connections to another endpoint a frame takes: each has an order of its own. */
public enum Lane {
    /** For what is small and waited for. */
    SMALL,
    /** For what is large, so that nobody waits behind it. */
    BULK
}
