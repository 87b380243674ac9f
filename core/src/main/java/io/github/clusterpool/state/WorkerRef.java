package io.github.clusterpool.state;

/**
 * One life of one worker.
 *
 * @param worker 1..n, as in R
 * @param incarnation grows with every life, whichever worker of the pool it is
 */
public record WorkerRef(int worker, long incarnation) {}
