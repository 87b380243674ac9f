package io.github.clusterpool;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Peer;
import io.github.clusterpool.trust.Refusal;
import io.github.clusterpool.trust.Tls;
import io.github.clusterpool.trust.WatchedEngine;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Artery over mutual TLS 1.3 with what one ActorSystem holds in memory. Pekko's own providers read keys from files, and take
 * whoever has a certificate of a known authority; this takes members of the cluster, and each refusal has its audit line.
 */
final class ArterySsl implements SSLEngineProvider {
    /** Of the current credentials: connections that are made later have those that were renewed. */
    private final Supplier<Tls> tls;

    private final AuditLog audit;
    private final Seal seal;

    private ArterySsl(Supplier<Tls> tls, AuditLog audit, Seal seal) {
        this.tls = tls;
        this.audit = audit;
        this.seal = seal;
    }

    /** For an ActorSystem with {@code pekko.remote.artery.transport = tls-tcp}. */
    static ActorSystemSetup setup(Supplier<Tls> tls, AuditLog audit) {
        Seal seal = new Seal(audit);
        return ActorSystemSetup.create(SSLEngineProviderSetup.create(system -> new ArterySsl(tls, audit, seal)), seal);
    }

    /** Pekko tells whose address is asked for, which is ours, and not who asks. */
    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        return watched(hostname, port, false, "to artery at " + hostname + ":" + port);
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return watched(hostname, port, true, "artery at " + hostname + ":" + port);
    }

    private SSLEngine watched(String hostname, int port, boolean client, String who) {
        SSLEngine engine = tls.get().engine(hostname, port, client);
        WatchedEngine.Watcher watcher = (refusal, detail) -> audit.refused(refusal, who, detail);
        return client ? new WatchedEngine(engine, watcher) : new WatchedEngine(engine, watcher, new Inbound());
    }

    /** What comes by one connection is said by whoever its certificate names. */
    private final class Inbound implements WatchedEngine.Reader {
        private @Nullable Peer peer;
        private final FrameWatch frames = new FrameWatch(kind -> seal.bytes(allows(kind)));

        @Override
        public void read(SSLSession session, ByteBuffer buffer, int from, int to) throws SSLException {
            if (peer == null) {
                peer = Peer.of(session);
            }
            frames.read(buffer, from, to);
        }

        private boolean allows(byte kind) {
            Peer known = peer;
            if (known != null && Saying.isAllowed(kind, known.role())) {
                return true;
            }
            audit.refused(
                    Refusal.NOT_ALLOWED,
                    String.valueOf(known),
                    "says what is not for its role to say (" + Saying.name(kind) + ")");
            return false;
        }
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return verify(session);
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return verify(session);
    }

    /** The handshake has decided; this holds should an engine ever be made that does not ask for a certificate. */
    private static Option<Throwable> verify(SSLSession session) {
        try {
            Peer.of(session);
            return Option.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Option.apply(e);
        }
    }
}
