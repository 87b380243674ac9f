package io.github.clusterpool.trust;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections of TLS 1.3 and nothing older. It hands out no {@link SSLContext}, with which one could forget to ask for
 * the other end's certificate. Thread-safe.
 *
 * <p>No session is resumed: each connection shows certificates again, so that one which has expired meanwhile is seen.
 */
public final class Tls {
    /** JSSE sends no session tickets when they would have to live longer than TLS 1.3 lets them, a week. */
    private static final int NO_TICKETS_SECONDS = 8 * 24 * 3600;

    private final SSLContext context;
    private final boolean mutual;

    private Tls(SSLContext context, boolean mutual) {
        this.context = context;
        this.mutual = mutual;
        context.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
    }

    static Tls mutual(Credentials own, Set<Role> roles, Clock clock) {
        return new Tls(context(new OwnKey(own), TrustRules.of(own.authority(), roles, clock)), true);
    }

    /** For a server whose clients have no certificate yet. */
    static Tls oneSided(Credentials own, Clock clock) {
        return new Tls(context(new OwnKey(own), TrustRules.of(own.authority(), Set.of(), clock)), false);
    }

    /** For a client that has no certificate yet. */
    static Tls pinned(byte[] pin, Set<Role> roles, Clock clock) {
        return new Tls(context(null, TrustRules.pinned(pin, roles, clock)), false);
    }

    private static SSLContext context(@Nullable KeyManager key, TrustManager rules) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    key == null ? new KeyManager[0] : new KeyManager[] {key}, new TrustManager[] {rules}, Keys.RANDOM);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK must have TLS 1.3", e);
        }
    }

    private SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters(
                new String[] {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"}, new String[] {"TLSv1.3"});
        parameters.setNeedClientAuth(mutual);
        return parameters;
    }

    /**
     * Connects and shakes hands. The other end's certificate has been checked then; whether it takes ours, the first byte
     * that comes from it tells, or an exception in the place of that.
     *
     * @param patience for connection and handshake; afterwards reads wait without a limit
     */
    public SSLSocket connect(InetSocketAddress address, Duration patience) throws IOException {
        Socket plain = new Socket();
        try (Deadline deadline = new Deadline(plain, patience)) {
            try {
                return connect(plain, address);
            } catch (IOException e) {
                Sockets.drop(plain);
                throw deadline.explain(e, patience);
            }
        }
    }

    /** The caller sees to it that it ends in time, and that the socket is closed if it fails. */
    SSLSocket connect(Socket plain, InetSocketAddress address) throws IOException {
        plain.connect(address);
        plain.setTcpNoDelay(true);
        SSLSocket socket = layered(plain, address.getHostString(), address.getPort());
        socket.setUseClientMode(true);
        socket.startHandshake();
        return socket;
    }

    /** The server's end over a connection that was accepted; the handshake is still to come. */
    SSLSocket accept(Socket plain) throws IOException {
        SSLSocket socket = layered(plain, "", -1);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(mutual);
        return socket;
    }

    private SSLSocket layered(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        socket.setSSLParameters(parameters());
        return socket;
    }

    /** For connections that somebody else carries, such as Artery's. */
    public SSLEngine engine(String host, int port, boolean client) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(client);
        engine.setSSLParameters(parameters());
        return engine;
    }
}
