package io.github.clusterpool.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** What an endpoint's thread looks after: its listener, and each connection. */
interface Connection {
    /** The channel can do what the key waits for. */
    void ready(SelectionKey key) throws IOException;

    /** It is of no use any more; the channel will be closed. */
    void fail(IOException reason);

    /** When it must be past its beginning, in nanoseconds of {@link System#nanoTime}; null once it is. */
    default @Nullable Long deadline() {
        return null;
    }
}
