package io.github.clusterpool;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells a user's listener of progress: one call at a time, with the newest state; one that throws hurts nobody. */
final class ProgressListener {
    private final @Nullable News news;

    ProgressListener(PoolClient client, @Nullable Consumer<Progress> listener, Supplier<Progress> progress) {
        this.news = listener == null ? null : new News(client, () -> listener.accept(progress.get()));
    }

    void tell() {
        if (news != null) {
            news.tell();
        }
    }
}
