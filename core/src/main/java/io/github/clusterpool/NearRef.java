package io.github.clusterpool;

import java.util.function.Consumer;
import org.apache.pekko.actor.ActorPath;

/**
 * Takes what it is told on the thread that tells it, where a mailbox of its own would only cost the way to another thread.
 * For actors of this JVM, which must not wait for long.
 */
final class NearRef<T> extends TellableRef<T> {
    private final ActorPath path;
    private final Consumer<T> taker;

    /** With {@code taker}, which must not throw, in the place of the actor at that path. */
    NearRef(ActorPath path, Consumer<T> taker) {
        this.path = path;
        this.taker = taker;
    }

    @Override
    public void tell(T message) {
        taker.accept(message);
    }

    @Override
    public ActorPath path() {
        return path;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
