package io.github.clusterpool;

import io.github.clusterpool.state.Extent;
import io.github.clusterpool.state.JobRules;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Slices;
import org.jspecify.annotations.Nullable;

/**
 * A function and what to apply it to, ready to travel; made by {@link Codec}.
 *
 * @param function encoded
 * @param arity arguments of one call, 0 to 3
 * @param arguments of all calls, call after call; {@code ends} tells where each call's end
 * @param rules how the tasks are dealt and repeated
 * @param taskTimeoutNanos for one call, 0 for none
 * @param retryOn what says of an exception whether to try again, encoded; empty: nothing does
 * @param firstIndex what {@link TaskContext#index} is for the first task; not 0 for a later part of a stream
 * @param seed where its random numbers begin; null: anywhere
 * @param detached whether it goes on when its client on another member of the cluster is gone
 */
public record Work(
        byte[] function,
        int arity,
        Slices arguments,
        JobRules rules,
        long taskTimeoutNanos,
        byte[] retryOn,
        int firstIndex,
        @Nullable Seed seed,
        boolean detached) {
    /** Calls, but for work of every worker. */
    int size() {
        return arguments.ends().length;
    }

    /** What is larger than {@code threshold} is not in the message, and an element that is goes alone. */
    Extent extent(int threshold) {
        return new Extent(
                arguments.ends(),
                inMessage(function, threshold)
                        + inMessage(retryOn, threshold)
                        + inMessage(arguments.types(), threshold),
                threshold);
    }

    private static int inMessage(byte[] bytes, int threshold) {
        return bytes.length > threshold ? BlobRef.BYTES : bytes.length;
    }
}
