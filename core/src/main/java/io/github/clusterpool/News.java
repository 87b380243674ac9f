package io.github.clusterpool;

import java.util.concurrent.atomic.AtomicInteger;

/** Runs user code on a thread for callbacks whenever there is news: one call at a time, which may meet much news at once. */
final class News {
    private final PoolClient client;
    private final Runnable reader;
    private final AtomicInteger untold = new AtomicInteger();

    /** What {@code reader} throws is logged, and hurts nobody. */
    News(PoolClient client, Runnable reader) {
        this.client = client;
        this.reader = reader;
    }

    void tell() {
        if (untold.getAndIncrement() == 0) {
            client.callback(this::read);
        }
    }

    private void read() {
        int known;
        do {
            known = untold.get();
            try {
                reader.run();
            } catch (Throwable e) {
                client.threw("a callback", e);
            }
        } while (untold.addAndGet(-known) != 0);
    }
}
