package io.github.clusterpool.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A connection to another endpoint, for any thread to send on: who sends writes to the socket itself, unless another thread
 * is about to, or the socket is full, which the endpoint's thread waits for. That thread itself writes when it is through
 * with what came together, so that all answers to that go at once.
 */
final class Outlet implements Connection {
    /** What goes to the socket at once, by count and by bytes: it takes what it has room for, but all of it is copied. */
    private static final int MOST_AT_ONCE = 64;

    private static final int MOST_BYTES_AT_ONCE = 256 * 1024;

    private final Endpoint endpoint;
    private final Address to;
    private final Hello hello;
    private final ByteBuffer answer = ByteBuffer.allocate(Hello.ANSWER_BYTES);
    private final long mostWaiting;
    private final Queue<ByteBuffer[]> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();

    /** How many have come to write since the one who does it began. */
    private final AtomicInteger writers = new AtomicInteger(1);

    // for the one who writes
    private final Deque<ByteBuffer> parts = new ArrayDeque<>();
    private boolean full;

    private volatile @Nullable SocketChannel channel;
    private volatile boolean failed;
    private volatile @Nullable SelectionKey key;
    private @Nullable Long deadline;

    Outlet(Endpoint endpoint, Address to, PoolKey key, long mostWaiting, long deadline) {
        this.endpoint = endpoint;
        this.to = to;
        this.hello = new Hello(key);
        this.mostWaiting = mostWaiting;
        this.deadline = deadline;
    }

    Address to() {
        return to;
    }

    boolean isFailed() {
        return failed;
    }

    /** On the endpoint's thread; until the connection is there, that thread counts as the one who writes. */
    void connect(SocketChannel socket, SelectionKey registered) throws IOException {
        channel = socket;
        key = registered;
        if (socket.connect(to.socket())) {
            greet(registered);
        }
    }

    @Override
    public @Nullable Long deadline() {
        return deadline;
    }

    /**
     * The parts of one frame, in order, of {@code size} bytes together. They must not change any more.
     *
     * @param more whether another one follows soon, for which this one may wait
     */
    void send(ByteBuffer[] frame, int size, boolean more) {
        if (failed) {
            return;
        }
        if (waitingBytes.addAndGet(size) > mostWaiting) {
            endpoint.abandon(this, new IOException("more than " + mostWaiting + " bytes wait to be sent"));
            return;
        }
        waiting.add(frame);
        if (more) {
            endpoint.hold(this);
        } else if (!endpoint.willWrite(this)) {
            write();
        }
    }

    /** What waits, unless another thread is about to. */
    void write() {
        if (writers.getAndIncrement() == 0) {
            writeAsOne();
        }
    }

    private void writeAsOne() {
        int seen = 1;
        do {
            try {
                writeWaiting();
            } catch (IOException e) {
                endpoint.abandon(this, e);
                return; // nobody writes here any more
            }
            seen = writers.addAndGet(-seen);
        } while (seen != 0);
    }

    private void writeWaiting() throws IOException {
        SocketChannel socket = channel;
        while (!full && socket != null && collect()) {
            long written =
                    parts.size() == 1 ? socket.write(parts.element()) : socket.write(parts.toArray(new ByteBuffer[0]));
            waitingBytes.addAndGet(-written);
            while (!parts.isEmpty() && !parts.element().hasRemaining()) {
                parts.remove();
            }
            if (!parts.isEmpty()) {
                full = true;
                endpoint.run(this::awaitRoom);
            }
        }
    }

    private boolean collect() {
        for (long bytes = 0; parts.size() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE; ) {
            ByteBuffer[] next = waiting.poll();
            if (next == null) {
                break;
            }
            for (ByteBuffer part : next) {
                parts.add(part);
                bytes += part.remaining();
            }
        }
        return !parts.isEmpty();
    }

    private void awaitRoom() {
        SelectionKey registered = key;
        if (registered != null && registered.isValid()) {
            registered.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    @Override
    public void ready(SelectionKey ready) throws IOException {
        SocketChannel socket = (SocketChannel) ready.channel();
        if (ready.isConnectable() && socket.finishConnect()) {
            greet(ready);
        }
        if (ready.isReadable()) {
            read(socket);
        }
        if (ready.isValid() && ready.isWritable()) {
            ready.interestOpsAnd(~SelectionKey.OP_WRITE);
            goOn();
        }
    }

    /** The one who found the socket full has left; whoever comes next writes on. */
    private void goOn() {
        if (writers.getAndIncrement() == 0) {
            full = false;
            writeAsOne();
        } else { // that one still looks at how full it was
            awaitRoom();
        }
    }

    private void greet(SelectionKey ready) throws IOException {
        ready.interestOps(SelectionKey.OP_READ);
        ((SocketChannel) ready.channel()).write(hello.first());
    }

    private void read(SocketChannel socket) throws IOException {
        if (!answer.hasRemaining()) { // nothing more is ever said on this side but that it ends
            if (socket.read(ByteBuffer.allocate(1)) != 0) {
                throw new IOException("it has closed the connection");
            }
            return;
        }
        if (socket.read(answer) < 0) {
            throw new IOException("it has refused the connection");
        }
        if (!answer.hasRemaining()) {
            socket.write(hello.last(answer.flip()));
            answer.limit(0);
            deadline = null;
            writeAsOne();
        }
    }

    @Override
    public void fail(IOException reason) {
        failed = true;
        waiting.clear();
        endpoint.left(this, to);
    }
}
