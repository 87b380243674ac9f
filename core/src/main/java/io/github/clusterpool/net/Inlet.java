package io.github.clusterpool.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A connection that another endpoint has opened: once it has proved itself, its frames are received. */
final class Inlet implements Connection {
    /** More than one turn's bytes are left to the next, for others wait, too. */
    private static final int READS_A_TURN = 4;

    private final SocketChannel channel;
    private final Endpoint endpoint;
    private final Hello hello;
    private final ByteBuffer head = ByteBuffer.allocate(Integer.BYTES);
    private @Nullable Long deadline;
    private @Nullable ByteBuffer greeting = ByteBuffer.allocate(Hello.FIRST_BYTES);
    private boolean answered;
    private @Nullable ByteBuffer frame;

    Inlet(SocketChannel channel, Endpoint endpoint, PoolKey key, long deadline) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.hello = new Hello(key);
        this.deadline = deadline;
    }

    @Override
    public @Nullable Long deadline() {
        return deadline;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        ByteBuffer in = endpoint.readBuffer();
        for (int i = 0; i < READS_A_TURN; i++) {
            in.clear();
            int count = channel.read(in);
            if (count < 0) {
                throw new EOFException("it left before it had proved itself");
            }
            take(in.flip());
            if (in.limit() < in.capacity()) {
                return;
            }
        }
    }

    private void take(ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            if (greeting != null) {
                greet(in, greeting);
            } else if (frame != null) {
                fill(in, frame);
            } else {
                begin(in);
            }
        }
    }

    private void greet(ByteBuffer in, ByteBuffer part) throws IOException {
        move(in, part);
        if (part.hasRemaining()) {
            return;
        }
        part.flip();
        if (answered) {
            hello.end(part);
            greeting = null;
            deadline = null;
            endpoint.proved(this);
            return;
        }
        ByteBuffer answer = hello.answer(part);
        answered = true;
        greeting = ByteBuffer.allocate(Hello.LAST_BYTES);
        if (channel.write(answer) < Hello.ANSWER_BYTES) { // the first bytes on a connection always fit into its buffer
            throw new RefusedException("it takes no bytes");
        }
    }

    private void begin(ByteBuffer in) throws IOException {
        move(in, head);
        if (head.hasRemaining()) {
            return;
        }
        int length = head.flip().getInt();
        head.clear();
        if (length < 1 || length > endpoint.mostBytes()) {
            throw new RefusedException(
                    "a frame must have 1 to " + endpoint.mostBytes() + " bytes, got one of " + length);
        }
        if (in.remaining() >= length) {
            endpoint.receive(in.slice(in.position(), length));
            in.position(in.position() + length);
        } else {
            frame = ByteBuffer.allocate(length);
        }
    }

    private void fill(ByteBuffer in, ByteBuffer part) throws IOException {
        move(in, part);
        if (!part.hasRemaining()) {
            frame = null;
            endpoint.receive(part.flip());
        }
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), count);
        to.position(to.position() + count);
        from.position(from.position() + count);
    }

    @Override
    public void fail(IOException reason) {
        boolean unproved = greeting != null;
        if (unproved) {
            endpoint.proved(this);
        }
        if (unproved || reason instanceof RefusedException) {
            endpoint.refuse(channel, reason);
        }
    }
}
