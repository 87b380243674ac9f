package io.github.clusterpool.state;

/** How the chunks of one job find their workers. */
public enum Dealing {
    /** In turn over the workers that have credit, in chunks that shrink towards the end. */
    ROUND_ROBIN,
    /** R's fixed placement: chunk k to worker ((k-1) mod n)+1. */
    STATIC,
    /** To whichever worker is free first, in R's chunks for load balancing. */
    DYNAMIC,
    /** One task for each worker, and only on that worker. */
    EVERY_WORKER
}
