package io.github.clusterpool.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where an endpoint listens. */
public sealed interface Address {
    /** Listens on the loopback address, on a port of the system's choice. */
    Address LOOPBACK = new TcpPort("127.0.0.1", 0);

    /** For the system's sockets. */
    SocketAddress socket();

    /** That can be bound to this. */
    ServerSocketChannel openListener() throws IOException;

    /** That can be connected to this. */
    SocketChannel openChannel() throws IOException;

    /** {@code host} is an IP address. */
    record TcpPort(String host, int port) implements Address {
        @Override
        public SocketAddress socket() {
            return new InetSocketAddress(host, port);
        }

        @Override
        public ServerSocketChannel openListener() throws IOException {
            return ServerSocketChannel.open();
        }

        @Override
        public SocketChannel openChannel() throws IOException {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return channel;
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** A Unix domain socket: whoever may open that file reaches it, on this machine alone. */
    record UnixSocket(Path path) implements Address {
        private static final String SCHEME = "unix:";

        @Override
        public SocketAddress socket() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public ServerSocketChannel openListener() throws IOException {
            try {
                return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            } catch (UnsupportedOperationException e) {
                throw new IOException("this system has no Unix domain sockets", e);
            }
        }

        @Override
        public SocketChannel openChannel() throws IOException {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }

        @Override
        public String toString() {
            return SCHEME + path;
        }
    }

    /**
     * Reads what {@code toString} gives.
     *
     * @throws IllegalArgumentException if that is no address
     */
    static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (text.startsWith(UnixSocket.SCHEME)) {
                return new UnixSocket(Path.of(text.substring(UnixSocket.SCHEME.length())));
            }
            if (colon > 0) {
                return new TcpPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            }
        } catch (NumberFormatException | InvalidPathException e) {
            // said below
        }
        throw new IllegalArgumentException("an address must be host:port or unix:path, got '" + text + "'");
    }
}
