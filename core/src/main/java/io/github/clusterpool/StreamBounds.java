package io.github.clusterpool;

/**
 * How much of a stream may be read ahead of its consumer.
 *
 * @param elements read, or their results, that nobody has taken yet
 * @param bytes of them on the wire, beyond which nothing is read
 * @param parts under way at the same time
 * @param workers that may run parts at the same time
 * @param partElements in one part, at most
 * @param partBytes in one part, beyond which nothing is added
 */
record StreamBounds(int elements, long bytes, int parts, int workers, int partElements, long partBytes) {
    private static final int ELEMENTS = 131_072;
    private static final int PARTS_PER_WORKER = 4;
    private static final int FULL_PARTS_PER_WORKER = 2;
    private static final int MESSAGES = 4;

    /** A stream takes half of the pool's queue at most. */
    static StreamBounds of(PoolConfig config, JobOptions.Chosen options, int poolSize) {
        int workers = Math.max(1, poolSize);
        int inTurn = PARTS_PER_WORKER * workers;
        int elements = (int) Math.max(1, Math.min(ELEMENTS, config.queue().count() / 2));
        long bytes = Math.max(
                1,
                Math.min(
                        Math.max(MESSAGES, workers) * config.maxMessageSize(),
                        config.queue().bytes() / 2));
        return new StreamBounds(
                elements,
                bytes,
                options.maxConcurrency() > 0 ? options.maxConcurrency() : inTurn,
                options.maxConcurrency() > 0 ? Math.min(options.maxConcurrency(), workers) : workers,
                options.chunkSize() > 0
                        ? options.chunkSize()
                        : Math.max(1, elements / (FULL_PARTS_PER_WORKER * workers)),
                Math.max(1, Math.min(config.maxMessageSize() / 2, bytes / inTurn)));
    }
}
