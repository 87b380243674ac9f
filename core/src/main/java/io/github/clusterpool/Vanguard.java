package io.github.clusterpool;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets the first of many worker JVMs start alone, for all that start together on few processors are ready together, and
 * late: a pool serves when the first is. In all it takes no longer, as starting keeps every processor busy.
 */
final class Vanguard {
    /** Then the others start, too, whatever holds the first up. */
    private static final long AT_MOST_SECONDS = 3;

    private final int size;
    private final AtomicInteger started = new AtomicInteger();
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();

    /** One starts on each two of so many processors, as it keeps its compiler busy, too. */
    Vanguard(int processors) {
        this.size = Math.max(1, processors / 2);
    }

    /** Ends when the next one may start. */
    CompletionStage<Void> next() {
        int number = started.getAndIncrement();
        if (number == 0) {
            arrived.completeOnTimeout(null, AT_MOST_SECONDS, TimeUnit.SECONDS);
        }
        return number < size ? CompletableFuture.completedFuture(null) : arrived;
    }

    /** The first is there, or will not be. */
    void arrived() {
        arrived.complete(null);
    }
}
