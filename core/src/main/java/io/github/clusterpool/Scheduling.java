package io.github.clusterpool;

/** How the elements of a job are dealt to the workers. */
public enum Scheduling {
    /** In turn over the workers that have credit, in chunks that shrink towards the end: the default. */
    ROUND_ROBIN,
    /** R's fixed placement: n chunks, chunk k on worker ((k-1) mod n)+1. Source: R {@code parallel::parLapply}. */
    STATIC,
    /** R's chunks for load balancing, each to whichever worker is free first. Source: R {@code parallel::parLapplyLB}. */
    DYNAMIC
}
