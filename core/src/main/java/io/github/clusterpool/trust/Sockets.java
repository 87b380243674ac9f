package io.github.clusterpool.trust;

import java.io.IOException;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of sockets. */
final class Sockets {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /** Of one that nobody will use any more, whatever state it is in. */
    static void drop(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("socket to {} must close, got {}", socket.getRemoteSocketAddress(), Shown.text(e));
        }
    }
}
