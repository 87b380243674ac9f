package io.github.clusterpool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells a user's listener of progress: one call at a time, with the newest state; one that throws hurts nobody. */
final class ProgressListener {
    private final PoolClient client;
    private final @Nullable Consumer<Progress> listener;
    private final Supplier<Progress> progress;
    private final AtomicInteger news = new AtomicInteger();

    ProgressListener(PoolClient client, @Nullable Consumer<Progress> listener, Supplier<Progress> progress) {
        this.client = client;
        this.listener = listener;
        this.progress = progress;
    }

    void tell() {
        Consumer<Progress> told = listener;
        if (told != null && news.getAndIncrement() == 0) {
            client.callback(() -> tell(told));
        }
    }

    private void tell(Consumer<Progress> told) {
        int known;
        do {
            known = news.get();
            try {
                told.accept(progress.get());
            } catch (Throwable e) {
                client.threw("a callback", e);
            }
        } while (news.addAndGet(-known) != 0);
    }
}
