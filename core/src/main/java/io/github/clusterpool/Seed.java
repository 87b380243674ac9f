package io.github.clusterpool;

/**
 * Where a job's random numbers begin.
 *
 * @param number as in R's {@code set.seed}
 * @param perWorker whether each worker has one stream for all its tasks of the job, as after R's
 *     {@code clusterSetRNGStream}; otherwise each element has its own
 */
public record Seed(long number, boolean perWorker) {}
