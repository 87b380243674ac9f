package io.github.clusterpool;

import org.jspecify.annotations.Nullable;

/**
 * What a node must know of a job to run its chunks; goes once to each node.
 *
 * @param function encoded
 * @param types of the arguments, for the decoder
 * @param eager whether each task is answered for at once, so that its answer is not lost with a later task's worker
 * @param retryOn what says of an exception whether to try again, encoded; empty: nothing does
 * @param key begins the idempotency keys of the job's tasks
 * @param firstIndex of the job's first element, as its function sees it
 * @param seed of its random numbers; null for none
 * @param classes that it uses
 * @param poolSize workers that the pool had
 */
record JobHeader(
        byte[] function,
        int arity,
        byte[] types,
        boolean eager,
        long taskTimeoutNanos,
        byte[] retryOn,
        String key,
        int firstIndex,
        @Nullable Seed seed,
        Classes classes,
        int poolSize) {}
