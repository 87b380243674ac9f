package io.github.clusterpool;

import io.github.clusterpool.net.Address;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ActorPaths;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An actor in another JVM of the pool, as its {@link Transport} names it. What it is told goes out on the thread that tells
 * it. It cannot be watched: a pool's signs of life are its own.
 */
final class RemoteRef<T> implements ActorRef<T> {
    private final Transport transport;
    private final Address address;
    private final long number;

    RemoteRef(Transport transport, Address address, long number) {
        this.transport = transport;
        this.address = address;
        this.number = number;
    }

    Address address() {
        return address;
    }

    long number() {
        return number;
    }

    @Override
    public void tell(T message) {
        transport.send(this, message);
    }

    @Override
    @SuppressWarnings("unchecked") // who takes more takes less
    public <U extends T> ActorRef<U> narrow() {
        return (ActorRef<U>) this;
    }

    @Override
    @SuppressWarnings("unchecked") // the caller's promise
    public <U> ActorRef<U> unsafeUpcast() {
        return (ActorRef<U>) this;
    }

    @Override
    public ActorPath path() {
        return ActorPaths.fromString("pekko://clusterpool@" + address + "/" + number);
    }

    @Override
    public int compareTo(ActorRef<?> other) {
        return path().compareTo(other.path());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteRef<?> ref && ref.number == number && ref.address.equals(address);
    }

    @Override
    public int hashCode() {
        return address.hashCode() * 31 + Long.hashCode(number);
    }

    @Override
    public String toString() {
        return address + "/" + number;
    }
}
