package io.github.clusterpool.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where one JVM of a pool is reached, and how it reaches the others: sends frames to any address, and hands on those that
 * come from whoever has the pool's key. Connections are opened as they are needed. A frame that was on a connection when
 * that broke is lost, and nobody is told: who cares numbers them.
 */
public final class Endpoint implements AutoCloseable {
    private static final int READ_BYTES = 256 * 1024;

    /** A frame of less goes in one buffer: to copy it costs less than to write from several. */
    private static final int SMALL_BYTES = 8 * 1024;

    /** What waits for one connection, at most; more than a peer that stands still can be owed. */
    private static final long MOST_WAITING = 256L * 1024 * 1024;

    /** Connections that it has not taken yet, for the system to keep. */
    private static final int MOST_COMING = 1_024;

    /** Connections that have not proved themselves, at most: when one more comes, the oldest goes. */
    private static final int MOST_STRANGERS = 256;

    /** Busy machines take long even for a few bytes. */
    private static final long HELLO_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** After an address could not be reached. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long LOOK_MILLIS = 1_000;

    /** Takes a frame, on the endpoint's thread; the buffer is used again afterwards. */
    public interface Receiver {
        void receive(ByteBuffer frame) throws IOException;
    }

    /** On a thread at {@link #sendTogether}: what it will write to. */
    private static final ThreadLocal<@Nullable Set<Outlet>> TOGETHER = new ThreadLocal<>();

    private final PoolKey key;
    private final int mostBytes;
    private final Receiver receiver;
    private final Complaints complaints;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Address address;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final Map<Address, Outlet> small = new ConcurrentHashMap<>();
    private final Map<Address, Outlet> bulk = new ConcurrentHashMap<>();
    private final Map<Address, Long> unreachable = new ConcurrentHashMap<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<Outlet> held = ConcurrentHashMap.newKeySet();
    private final Queue<Runnable> here = new ArrayDeque<>(); // used by its thread alone, as what follows
    private final Queue<Runnable> last = new ArrayDeque<>();
    private boolean woken;
    private final Set<Outlet> unwritten = new LinkedHashSet<>();
    private final Thread thread;
    /** Those that have not proved themselves, the oldest first. */
    private final Map<Connection, SelectionKey> strangers = new LinkedHashMap<>();

    private volatile boolean closed;

    /**
     * Listens.
     *
     * @param at where; port 0 is one of the system's choice, and the file of a Unix domain socket must not be there yet
     * @param mostBytes of a frame
     * @param log is told, a few times a second at most, who was refused and why
     * @throws IOException if it cannot listen there
     */
    public static Endpoint open(
            String name, Address at, PoolKey key, int mostBytes, Receiver receiver, Consumer<String> log)
            throws IOException {
        Endpoint endpoint = new Endpoint(name, at, key, mostBytes, receiver, log);
        endpoint.thread.start();
        return endpoint;
    }

    private Endpoint(String name, Address at, PoolKey key, int mostBytes, Receiver receiver, Consumer<String> log)
            throws IOException {
        this.key = key;
        this.mostBytes = mostBytes;
        this.receiver = receiver;
        this.complaints = new Complaints(log);
        this.selector = Selector.open();
        try {
            this.listener = listener(at);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
        try {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT, new Door());
            this.address = at instanceof Address.TcpPort tcp
                    ? new Address.TcpPort(tcp.host(), ((InetSocketAddress) listener.getLocalAddress()).getPort())
                    : at;
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
        this.thread = new OwnThread(name);
    }

    private static ServerSocketChannel listener(Address at) throws IOException {
        ServerSocketChannel listener = at.openListener();
        try {
            return listener.bind(at.socket(), MOST_COMING);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private final class OwnThread extends Thread {
        OwnThread(String name) {
            super(name);
            setDaemon(true);
        }

        @Override
        public void run() {
            serve();
        }

        boolean runHere(Runnable task) {
            return !closed && here.add(task);
        }

        boolean runLast(Runnable task) {
            return !closed && last.add(task);
        }

        void wake(Thread other) {
            if (woken && runLast(() -> LockSupport.unpark(other))) {
                return;
            }
            woken = true;
            LockSupport.unpark(other);
        }
    }

    /**
     * Runs a task on the endpoint's thread that this is, when it has handed on what came together: to wake another thread
     * would take longer than most tasks do.
     *
     * @return false if this is no endpoint's thread, or that of one which is closed
     */
    public static boolean runHere(Runnable task) {
        return Thread.currentThread() instanceof OwnThread own && own.runHere(task);
    }

    /**
     * Runs a task on the endpoint's thread that this is, when all that came together is through, and the answers have gone:
     * what wakes another thread, which then finds more to do at once.
     *
     * @return false if this is no endpoint's thread, or that of one which is closed
     */
    public static boolean runLast(Runnable task) {
        return Thread.currentThread() instanceof OwnThread own && own.runLast(task);
    }

    /**
     * Wakes a thread that is parked: at once, but for an endpoint's thread that has woken another since something came last,
     * which does so when all that came is through. A thread that waits for one thing after another finds more done then.
     */
    public static void wake(Thread other) {
        if (Thread.currentThread() instanceof OwnThread own) {
            own.wake(other);
        } else {
            LockSupport.unpark(other);
        }
    }

    /** Runs a task; of what it gives to endpoints, all but the first for each address goes together when it is through. */
    public static void sendTogether(Runnable task) {
        Set<Outlet> before = TOGETHER.get();
        Set<Outlet> outlets = new LinkedHashSet<>();
        TOGETHER.set(outlets);
        try {
            task.run();
        } finally {
            TOGETHER.set(before);
            outlets.forEach(Outlet::write);
        }
    }

    /** Where others reach it. */
    public Address address() {
        return address;
    }

    /**
     * Sends the parts of one frame; for any thread, and never waits.
     *
     * @throws IllegalArgumentException if they are more bytes than a frame may have
     */
    public void send(Address to, Lane lane, ByteBuffer... parts) {
        send(to, lane, false, parts);
    }

    /**
     * As {@link #send(Address, Lane, ByteBuffer...)}.
     *
     * @param more whether the caller will soon send another one there: this one goes with it, or by {@link #writeHeld}
     */
    public void send(Address to, Lane lane, boolean more, ByteBuffer... parts) {
        int size = 0;
        for (ByteBuffer part : parts) {
            size += part.remaining();
        }
        if (size < 1 || size > mostBytes) {
            throw new IllegalArgumentException("a frame must have 1 to " + mostBytes + " bytes, got " + size);
        }
        Outlet outlet = outlet(to, lane);
        if (outlet != null) {
            outlet.send(size < SMALL_BYTES ? inOne(size, parts) : inParts(size, parts), size + Integer.BYTES, more);
        }
    }

    private static ByteBuffer[] inOne(int size, ByteBuffer[] parts) {
        ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + size).putInt(size);
        for (ByteBuffer part : parts) {
            whole.put(part);
        }
        return new ByteBuffer[] {whole.flip()};
    }

    private static ByteBuffer[] inParts(int size, ByteBuffer[] parts) {
        ByteBuffer[] frame = new ByteBuffer[parts.length + 1];
        frame[0] = ByteBuffer.allocate(Integer.BYTES).putInt(size).flip();
        System.arraycopy(parts, 0, frame, 1, parts.length);
        return frame;
    }

    private @Nullable Outlet outlet(Address to, Lane lane) {
        Map<Address, Outlet> known = lane == Lane.SMALL ? small : bulk;
        Outlet outlet = known.get(to);
        if (outlet != null) {
            return outlet;
        }
        Long since = unreachable.get(to);
        if (closed || (since != null && System.nanoTime() - since < AGAIN_NANOS)) {
            return null;
        }
        return known.computeIfAbsent(to, each -> {
            Outlet fresh = new Outlet(this, to, key, MOST_WAITING, System.nanoTime() + HELLO_NANOS);
            run(() -> connect(fresh));
            return fresh;
        });
    }

    private void connect(Outlet outlet) {
        try {
            SocketChannel socket = outlet.to().openChannel();
            socket.configureBlocking(false);
            SelectionKey registered = socket.register(selector, SelectionKey.OP_CONNECT, outlet);
            outlet.connect(socket, registered);
        } catch (IOException e) {
            abandon(outlet, e);
        } catch (UnresolvedAddressException e) {
            abandon(outlet, new IOException("its host is unknown", e));
        }
    }

    // ---- what its connections need

    int mostBytes() {
        return mostBytes;
    }

    ByteBuffer readBuffer() {
        return readBuffer;
    }

    /** Whether this thread, its own or another, writes to that connection soon. */
    boolean willWrite(Outlet outlet) {
        if (Thread.currentThread() == thread) {
            unwritten.add(outlet);
            return true;
        }
        Set<Outlet> soon = TOGETHER.get();
        return soon != null && !soon.add(outlet);
    }

    /** Something waits there for more. */
    void hold(Outlet outlet) {
        held.add(outlet);
    }

    /** Sends what waits for more that has not come; for any thread. */
    public void writeHeld() {
        for (Iterator<Outlet> each = held.iterator(); each.hasNext(); ) {
            Outlet outlet = each.next();
            each.remove();
            outlet.write();
        }
    }

    void receive(ByteBuffer frame) throws IOException {
        receiver.receive(frame);
    }

    /** It is no stranger any more, or is not there any more. */
    void proved(Connection connection) {
        strangers.remove(connection);
    }

    void refuse(SocketChannel channel, IOException reason) {
        complaints.add("refused a connection from " + peer(channel) + ": " + reason.getMessage());
    }

    private String peer(SocketChannel channel) {
        try {
            return address instanceof Address.TcpPort
                    ? String.valueOf(channel.getRemoteAddress())
                    : "a process that may open " + address;
        } catch (IOException e) {
            return "one that has gone";
        }
    }

    /** That connection is not there any more; the next frame opens another. */
    void left(Outlet outlet, Address to) {
        unreachable.put(to, System.nanoTime());
        small.remove(to, outlet);
        bulk.remove(to, outlet);
    }

    /** From any thread: the endpoint's own closes that connection. */
    void abandon(Connection connection, IOException reason) {
        run(() -> selector.keys().stream()
                .filter(each -> each.attachment() == connection)
                .findAny()
                .ifPresentOrElse(each -> close(each, reason), () -> connection.fail(reason)));
    }

    /** On the endpoint's thread, soon. */
    void run(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    // ---- its thread

    private void serve() {
        long lastLook = System.nanoTime();
        try {
            while (!closed) {
                if (here.isEmpty() && last.isEmpty() && tasks.isEmpty()) {
                    selector.select(this::serve, LOOK_MILLIS);
                } else {
                    selector.selectNow(this::serve);
                }
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                runThose(here);
                writeAll();
                runThose(last);
                woken = false;
                if (System.nanoTime() - lastLook > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
                    lastLook = System.nanoTime();
                    look(lastLook);
                }
            }
        } catch (IOException e) {
            complaints.add("stopped listening on " + address + ": " + e);
        } finally {
            closed = true;
            while (!here.isEmpty() || !last.isEmpty()) {
                runThose(here);
                runThose(last);
            }
            writeAll();
            closeAll();
        }
    }

    private void writeAll() {
        for (Iterator<Outlet> each = unwritten.iterator(); each.hasNext(); each.remove()) {
            each.next().write();
        }
    }

    /** What they bring about in their turn waits until others have been served. */
    private void runThose(Queue<Runnable> due) {
        for (int left = due.size(); left > 0; left--) {
            try {
                due.remove().run();
            } catch (Throwable e) { // as on any thread of many: the others go on
                complaints.add("a task failed: " + e);
            }
        }
    }

    private void serve(SelectionKey ready) {
        Connection connection = (Connection) ready.attachment();
        try {
            connection.ready(ready);
        } catch (IOException e) {
            close(ready, e);
        } catch (RuntimeException e) { // what it sent made no sense
            close(ready, new RefusedException(String.valueOf(e)));
        }
    }

    private void look(long now) {
        complaints.tell();
        unreachable.values().removeIf(since -> now - since > AGAIN_NANOS);
        for (SelectionKey each : selector.keys()) {
            Long deadline = ((Connection) each.attachment()).deadline();
            if (each.isValid() && deadline != null && deadline - now < 0) {
                close(
                        each,
                        new RefusedException("it did not prove itself within "
                                + TimeUnit.NANOSECONDS.toSeconds(HELLO_NANOS) + " s"));
            }
        }
    }

    /** The channel of one that could not connect is closed already. */
    private void close(SelectionKey registered, IOException reason) {
        Connection connection = (Connection) registered.attachment();
        boolean isLost = connection instanceof Outlet outlet && !outlet.isFailed();
        if (isLost || registered.channel().isOpen()) {
            connection.fail(reason);
            closeQuietly(registered);
        }
    }

    /** Nothing is left to be done for a channel that cannot even be closed. */
    private static void closeQuietly(SelectionKey registered) {
        try {
            registered.channel().close();
        } catch (IOException e) {
            registered.cancel();
        }
    }

    private void closeAll() {
        selector.keys().forEach(Endpoint::closeQuietly);
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            if (address instanceof Address.UnixSocket file) {
                Files.deleteIfExists(file.path());
            }
        } catch (IOException e) {
            complaints.add("could not delete " + address + ": " + e);
        }
    }

    /** Whether its thread still runs. */
    boolean isServing() {
        return thread.isAlive();
    }

    /** Frames that have not gone are lost. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    /** Lets others in. */
    private final class Door implements Connection {
        @Override
        public void ready(SelectionKey ready) {
            try {
                SocketChannel socket = listener.accept();
                if (socket != null) {
                    letIn(socket);
                }
            } catch (IOException e) { // that one; others may have more luck
                complaints.add("could not take a connection: " + e);
            }
        }

        private void letIn(SocketChannel socket) throws IOException {
            if (strangers.size() >= MOST_STRANGERS) {
                SelectionKey oldest = strangers.values().iterator().next();
                Endpoint.this.close(oldest, new RefusedException("others came while it did not prove itself"));
            }
            socket.configureBlocking(false);
            Inlet inlet = new Inlet(socket, Endpoint.this, key, System.nanoTime() + HELLO_NANOS);
            strangers.put(inlet, socket.register(selector, SelectionKey.OP_READ, inlet));
        }

        @Override
        public void fail(IOException reason) {
            complaints.add("stopped listening on " + address + ": " + reason);
        }
    }
}
