package io.github.clusterpool;

import io.github.clusterpool.state.Halt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What it took to end what ran of a job, for whoever asks, which hardly anybody does. */
final class LastWord {
    private final PoolClient client;
    private @Nullable Halt halt; // guarded by this, as what follows
    private @Nullable CompletableFuture<Halt> asked;

    LastWord(PoolClient client) {
        this.client = client;
    }

    /** Those who have asked hear of it on a thread for callbacks. */
    synchronized void say(Halt said) {
        halt = said;
        CompletableFuture<Halt> future = asked;
        if (future != null) {
            client.callback(() -> future.complete(said));
        }
    }

    synchronized CompletionStage<Halt> stage() {
        CompletableFuture<Halt> future = asked;
        if (future == null) {
            future = halt == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(halt);
            asked = future;
        }
        return future.copy();
    }
}
