package io.github.clusterpool;

import io.github.clusterpool.code.TemporaryFolder;
import io.github.clusterpool.net.Address;
import io.github.clusterpool.net.PoolKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the driver of a pool and its worker JVMs listen: at Unix domain sockets in a folder that is open to this user alone,
 * by which a message takes half the processor time, or at the loopback address where the system has none, or has no room
 * for their names. Thread-safe.
 */
final class Sockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    /** Where the name of the driver's is not too long, that of no other is. */
    private static final int FIRST = 1_000_000;

    private final @Nullable TemporaryFolder folder;
    private final AtomicInteger last = new AtomicInteger(FIRST);
    private final Transport transport;

    /**
     * With the driver's end open.
     *
     * @throws UncheckedIOException if it cannot listen at all
     */
    static Sockets open(PoolConfig config, PoolKey key) {
        if (config.processes().unixSockets()) {
            TemporaryFolder folder = null;
            try {
                folder = TemporaryFolder.create("clusterpool-net-");
                return new Sockets(folder, config, key);
            } catch (IOException | UncheckedIOException | InvalidPathException e) {
                LOG.info("pool '{}' uses the loopback address: {}", config.name(), e.toString());
                if (folder != null) {
                    folder.close();
                }
            }
        }
        return new Sockets(null, config, key);
    }

    private Sockets(@Nullable TemporaryFolder folder, PoolConfig config, PoolKey key) {
        this.folder = folder;
        this.transport = Transport.open(config.name(), next(), key, config);
    }

    Transport transport() {
        return transport;
    }

    /** Whether others can still find the driver: somebody may have tidied up among the temporary files. */
    boolean areThere() {
        return !(transport.address() instanceof Address.UnixSocket file) || Files.exists(file.path());
    }

    /** Where one more JVM can listen. */
    Address next() {
        return folder == null
                ? Address.LOOPBACK
                : new Address.UnixSocket(folder.path().resolve(Integer.toString(last.incrementAndGet())));
    }

    /** That JVM has ended, perhaps without tidying up. */
    static void delete(Address address) {
        if (address instanceof Address.UnixSocket file) {
            try {
                Files.deleteIfExists(file.path());
            } catch (IOException e) {
                LOG.debug("{} is left until the pool closes", file, e);
            }
        }
    }

    @Override
    public String toString() {
        return transport.address().toString();
    }

    @Override
    public void close() {
        transport.close();
        if (folder != null) {
            folder.close();
        }
    }
}
