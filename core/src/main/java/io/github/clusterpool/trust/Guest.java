package io.github.clusterpool.trust;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A connection at a {@link Door}. */
public final class Guest {
    private final Door door;
    private final Socket plain;
    private final String who;
    private final Deadline deadline;
    private @Nullable SSLSocket socket;
    private volatile boolean crowdedOut;
    private boolean stays;

    Guest(Door door, Socket plain, Duration patience) {
        this.door = door;
        this.plain = plain;
        this.who = String.valueOf(plain.getRemoteSocketAddress());
        this.deadline = new Deadline(plain, patience);
    }

    SSLSocket shakeHands(Tls tls) throws IOException {
        plain.setTcpNoDelay(true);
        SSLSocket shaken = tls.accept(plain);
        socket = shaken;
        shaken.startHandshake();
        return shaken;
    }

    /** The connection, whose handshake is done. */
    public SSLSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("guest must have shaken hands first");
        }
        return socket;
    }

    /** Who its certificate says it is. */
    public Peer peer() throws SSLPeerUnverifiedException {
        return Peer.of(socket().getSession());
    }

    /** Its address. */
    public String who() {
        return who;
    }

    /**
     * It is one of us: it has all the time it wants, does not count at the door any more, and is the host's to close.
     *
     * @throws IOException if its time was over already
     */
    public void stay() throws IOException {
        deadline.close();
        door.leave(this);
        if (deadline.isOver() || crowdedOut) {
            throw new IOException("guest must be let in before its time is over, got its end");
        }
        stays = true;
    }

    boolean stays() {
        return stays;
    }

    void crowdOut() {
        crowdedOut = true;
        cut();
    }

    void cut() {
        deadline.close();
        Sockets.drop(plain);
    }

    /** Of what the door knows, or the error says. */
    Refusal refusal(IOException error) {
        if (crowdedOut) {
            return Refusal.CROWDED_OUT;
        }
        return deadline.isOver() ? Refusal.TOO_SLOW : Refusals.of(error);
    }

    /** Of the handler. */
    void end() {
        if (!stays) {
            door.leave(this);
            cut();
        }
    }
}
