package io.github.clusterpool.trust;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for TLS connections and lets in who shakes hands in time. Until then each costs a thread and a few kilobytes, so
 * few may be at the door at once: when one more comes, the one that has stood there longest has to go, so that those who do
 * nothing cannot keep out those who want in. Thread-safe.
 */
public final class Door implements AutoCloseable {
    /** What happens with those who are let in. */
    public interface Host {
        /**
         * Runs on a thread of the guest's own, within the door's patience. The connection ends with this method, unless it
         * has called {@link Guest#stay}; then it is the host's.
         *
         * @throws IOException if the guest was no use after all; it gets a line in the audit log
         */
        void receive(Guest guest) throws IOException;
    }

    /**
     * How much a door bears.
     *
     * @param guests at the door at once
     * @param patience from the connection to {@link Guest#stay} or the end
     */
    public record Limits(int guests, Duration patience) {
        /** 32 guests, 10 seconds. */
        public static final Limits DEFAULT = new Limits(32, Duration.ofSeconds(10));

        /** @throws IllegalArgumentException if there is no room or no time */
        public Limits {
            if (guests < 1 || patience.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "guests and patience must be positive, got " + guests + " and " + patience);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final int BACKLOG = 64;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerSocket listener;
    private final Tls tls;
    private final Limits limits;
    private final AuditLog audit;
    private final Host host;
    private final ExecutorService threads;
    private final Deque<Guest> atTheDoor = new ArrayDeque<>();
    private volatile boolean closed;

    private Door(ServerSocket listener, Tls tls, Limits limits, AuditLog audit, Host host) {
        this.listener = listener;
        this.tls = tls;
        this.limits = limits;
        this.audit = audit;
        this.host = host;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "clusterpool-door-" + listener.getLocalPort());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Begins to listen.
     *
     * @param address port 0 is one of the system's choice
     * @param tls decides who may be at the other end
     */
    public static Door open(InetSocketAddress address, Tls tls, Limits limits, AuditLog audit, Host host)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen at " + address + ": " + e.getMessage(), e);
        }
        Door door = new Door(listener, tls, limits, audit, host);
        door.threads.execute(door::listen);
        return door;
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void listen() {
        while (!closed) {
            try {
                admit(listener.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("door at port {} must accept connections, got {}", port(), Shown.text(e));
                    LockSupport.parkNanos(PAUSE_NANOS); // out of file descriptors, most likely
                }
            }
        }
    }

    private void admit(Socket plain) {
        Guest guest = new Guest(this, plain, limits.patience());
        synchronized (atTheDoor) {
            if (closed) {
                guest.cut();
                return;
            }
            if (atTheDoor.size() >= limits.guests()) {
                atTheDoor.remove().crowdOut();
            }
            atTheDoor.add(guest);
            threads.execute(() -> receive(guest));
        }
    }

    private void receive(Guest guest) {
        try {
            SSLSocket socket = guest.shakeHands(tls);
            host.receive(guest);
            if (!guest.stays()) {
                socket.close();
            }
        } catch (IOException e) {
            refuse(guest, e);
        } catch (RuntimeException e) { // the audit log has a limit, an uncaught exception's trace has none
            LOG.debug("guest {} must be received", guest.who(), e);
            refuse(guest, new TrustException(Refusal.FAILED, "guest could not be received: " + e, e));
        } finally {
            guest.end();
        }
    }

    private void refuse(Guest guest, IOException error) {
        if (!closed) {
            audit.refused(guest.refusal(error), guest.who(), Shown.text(error));
        }
    }

    void leave(Guest guest) {
        synchronized (atTheDoor) {
            atTheDoor.remove(guest);
        }
    }

    /** Ends at once, with all who are still at the door; who has been let in may stay. */
    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        List<Guest> left;
        synchronized (atTheDoor) {
            left = new ArrayList<>(atTheDoor);
        }
        left.forEach(Guest::cut);
        threads.shutdown();
    }
}
