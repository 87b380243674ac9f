package io.github.clusterpool;

import org.apache.pekko.actor.typed.ActorRef;

/** A reference of our own, which the pool's actors take for an actor. */
abstract class TellableRef<T> implements ActorRef<T> {
    @Override
    @SuppressWarnings("unchecked") // who takes more takes less
    public final <U extends T> ActorRef<U> narrow() {
        return (ActorRef<U>) this;
    }

    @Override
    @SuppressWarnings("unchecked") // the caller's promise
    public final <U> ActorRef<U> unsafeUpcast() {
        return (ActorRef<U>) this;
    }

    @Override
    public final int compareTo(ActorRef<?> other) {
        return path().compareTo(other.path());
    }
}
