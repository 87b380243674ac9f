package io.github.clusterpool;

/**
 * A pool of a cluster, and where it is.
 *
 * @param host the member that has it: a node's name and address, or the address of another member
 * @param status as it says itself
 */
public record PoolAddress(String host, PoolStatus status) {}
