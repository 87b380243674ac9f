package io.github.clusterpool;

/**
 * What a node must know of a job to run its chunks; goes once to each node.
 *
 * @param function encoded
 * @param types of the arguments, for the decoder
 * @param key begins the idempotency keys of the job's tasks
 */
record JobHeader(long job, byte[] function, int arity, byte[] types, int size, long taskTimeoutNanos, String key) {}
