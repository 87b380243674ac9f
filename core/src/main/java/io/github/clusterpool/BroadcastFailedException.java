package io.github.clusterpool;

import java.util.List;

/** A {@code call}, {@code evalq} or {@code export} failed on some workers; {@link #outcomes} has each worker's. */
public final class BroadcastFailedException extends JobFailedException {
    private static final long serialVersionUID = 1L;

    BroadcastFailedException(String message, List<Result<?>> outcomes, Throwable first) {
        super(message, outcomes, first);
    }
}
