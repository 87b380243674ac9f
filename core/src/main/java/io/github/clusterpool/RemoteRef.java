package io.github.clusterpool;

import io.github.clusterpool.net.Address;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ActorPaths;

/**
 * An actor in another JVM of the pool, as its {@link Transport} names it. What it is told goes out on the thread that tells
 * it. It cannot be watched: a pool's signs of life are its own.
 */
final class RemoteRef<T> extends TellableRef<T> {
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
        transport.send(this, message, false);
    }

    /** As {@link #tell}, but it may wait for what is told next, which is about to come, or for {@link #sendHeld}. */
    void tellWithNext(T message) {
        transport.send(this, message, true);
    }

    void sendHeld() {
        transport.sendHeld();
    }

    /** Of an actor elsewhere; where that is, {@link #toString} tells. */
    @Override
    public ActorPath path() {
        Object hostPort = address instanceof Address.TcpPort tcp ? tcp : Address.LOOPBACK;
        return ActorPaths.fromString("pekko://clusterpool@" + hostPort + "/" + number);
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
