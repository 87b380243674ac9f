package io.github.clusterpool;

import io.github.clusterpool.net.Address;
import io.github.clusterpool.net.Endpoint;
import io.github.clusterpool.net.Lane;
import io.github.clusterpool.net.PoolKey;
import io.github.clusterpool.wire.MalformedValueException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a pool's messages between the driver's JVM and its worker JVMs: gives an actor that a message mentions a
 * number, by which those who get the message can tell it something.
 *
 * <p>It is ours, and not Pekko's, as it begins to work within milliseconds and needs no thread but one between who tells
 * something and the actor that is told; a worker JVM with Pekko's takes twice the time to start.
 */
final class Transport implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final int HEAD = Long.BYTES + 1;

    private final Endpoint endpoint;
    private final MessageFormat format = new MessageFormat(new Named());
    private final Map<Long, ActorRef<?>> byNumber = new ConcurrentHashMap<>();
    private final Map<ActorRef<?>, Long> numbers = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    /**
     * Listens.
     *
     * @param pool for the name of its thread and for the log
     * @throws UncheckedIOException if it cannot
     */
    static Transport open(String pool, Address at, PoolKey key, PoolConfig config) {
        return new Transport(pool, at, key, config);
    }

    private Transport(String pool, Address at, PoolKey key, PoolConfig config) {
        try {
            this.endpoint = Endpoint.open(
                    "clusterpool-net-" + pool,
                    at,
                    key,
                    Math.toIntExact(config.maxFrameSize()),
                    this::receive,
                    text -> LOG.warn("pool '{}': {}", pool, Messages.oneLine(text)));
        } catch (IOException e) {
            throw new UncheckedIOException("pool '" + pool + "' cannot listen at " + at + ": " + e.getMessage(), e);
        }
    }

    /** Where this JVM is reached. */
    Address address() {
        return endpoint.address();
    }

    /** What other JVMs of the pool {@link #resolve}. */
    String name(ActorRef<?> ref) {
        if (ref instanceof RemoteRef<?> remote) {
            return remote.toString();
        }
        long number = numbers.computeIfAbsent(ref, each -> {
            long fresh = last.incrementAndGet();
            byNumber.put(fresh, ref);
            return fresh;
        });
        return endpoint.address() + "/" + number;
    }

    /** The actor of that name; what is told to one that is not there is lost, as with any actor. */
    @SuppressWarnings("unchecked") // as Pekko's own resolver: the caller knows what it takes
    <T> ActorRef<T> resolve(String name) {
        int slash = name.lastIndexOf('/');
        try {
            Address address = Address.parse(name.substring(0, Math.max(slash, 0)));
            long number = Long.parseLong(name.substring(slash + 1));
            ActorRef<?> own = address.equals(endpoint.address()) ? byNumber.get(number) : null;
            return own == null ? new RemoteRef<>(this, address, number) : (ActorRef<T>) own;
        } catch (IllegalArgumentException e) {
            throw new MalformedValueException("a reference must be an address/number, got '" + name + "'", e);
        }
    }

    /** That actor has ended. */
    void forget(ActorRef<?> ref) {
        Long number = numbers.remove(ref);
        if (number != null) {
            byNumber.remove(number);
        }
    }

    /**
     * A message that cannot be sent is as good as lost: the pool sees by the numbers that one is missing.
     *
     * @param more whether it may wait for the next one to that JVM, which is about to come, or for {@link #sendHeld}
     */
    <T> void send(RemoteRef<T> to, T message, boolean more) {
        try {
            encodeAndSend(to, message, more);
        } catch (RuntimeException e) {
            LOG.error("a message to {} was not sent: {}", to, message.getClass().getName(), e);
        }
    }

    private <T> void encodeAndSend(RemoteRef<T> to, T message, boolean more) {
        ByteBuffer head = ByteBuffer.allocate(HEAD)
                .putLong(to.number())
                .put(MessageFormat.kind(message))
                .flip();
        ByteBuffer[] content = format.parts(message);
        ByteBuffer[] all = new ByteBuffer[content.length + 1];
        all[0] = head;
        System.arraycopy(content, 0, all, 1, content.length);
        endpoint.send(to.address(), message instanceof BlobPort.FromPeer ? Lane.BULK : Lane.SMALL, more, all);
    }

    /** Sends what waits for a next message that has not come. */
    void sendHeld() {
        endpoint.writeHeld();
    }

    private void receive(ByteBuffer frame) {
        if (frame.remaining() < HEAD) {
            throw new MalformedValueException("a message must begin with " + HEAD + " bytes, got " + frame.remaining());
        }
        ActorRef<?> target = byNumber.get(frame.getLong());
        if (target != null) {
            target.unsafeUpcast().tell(format.read(frame.get(), frame));
        }
    }

    @Override
    public void close() {
        endpoint.close();
    }

    private final class Named extends Refs {
        @Override
        String text(ActorRef<?> ref) {
            return Transport.this.name(ref);
        }

        @Override
        ActorRef<?> resolve(String text) {
            return Transport.this.resolve(text);
        }
    }
}
