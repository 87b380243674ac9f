package io.github.clusterpool.trust;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** Tells once if a connection that somebody else carries is refused, by this side or the other; otherwise as the engine is. */
public final class WatchedEngine extends SSLEngine {
    /** Is told why. */
    public interface Watcher {
        void refused(Refusal refusal, String detail);
    }

    /** Sees, and may change, what has come, before whoever carries the connection does. */
    public interface Reader {
        /** Between two positions of the buffer; throws to end the connection. */
        void read(SSLSession session, ByteBuffer buffer, int from, int to) throws SSLException;
    }

    private final SSLEngine engine;
    private final Watcher watcher;
    private final Reader reader;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean shaken;

    public WatchedEngine(SSLEngine engine, Watcher watcher) {
        this(engine, watcher, (session, buffer, from, to) -> {});
    }

    public WatchedEngine(SSLEngine engine, Watcher watcher, Reader reader) {
        super(engine.getPeerHost(), engine.getPeerPort());
        this.reader = reader;
        this.engine = engine;
        this.watcher = watcher;
    }

    /** In TLS 1.3 a client learns only after its handshake that the server does not want it. */
    private SSLException tell(SSLException error) {
        Refusal refusal = Refusals.of(error);
        if ((!shaken || refusal == Refusal.REFUSED_BY_PEER) && !told.getAndSet(true)) {
            watcher.refused(refusal, Shown.text(error));
        }
        return error;
    }

    private SSLEngineResult see(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            shaken = true;
        }
        return result;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to) throws SSLException {
        try {
            return see(engine.wrap(from, offset, length, to));
        } catch (SSLException e) {
            throw tell(e);
        }
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length) throws SSLException {
        try {
            int[] before = new int[length];
            for (int i = 0; i < length; i++) {
                before[i] = to[offset + i].position();
            }
            SSLEngineResult result = see(engine.unwrap(from, to, offset, length));
            for (int i = 0; result.bytesProduced() > 0 && i < length; i++) {
                ByteBuffer buffer = to[offset + i];
                reader.read(engine.getSession(), buffer, before[i], buffer.position());
            }
            return result;
        } catch (SSLException e) {
            throw tell(e);
        }
    }

    @Override
    public void closeInbound() throws SSLException {
        try {
            engine.closeInbound();
        } catch (SSLException e) {
            throw tell(e);
        }
    }

    @Override
    public Runnable getDelegatedTask() {
        return engine.getDelegatedTask();
    }

    @Override
    public boolean isInboundDone() {
        return engine.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        engine.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return engine.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engine.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return engine.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        engine.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return engine.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return engine.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        engine.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return engine.getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        engine.beginHandshake();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return engine.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean client) {
        engine.setUseClientMode(client);
    }

    @Override
    public boolean getUseClientMode() {
        return engine.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        engine.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return engine.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        engine.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return engine.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean create) {
        engine.setEnableSessionCreation(create);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return engine.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return engine.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        engine.setSSLParameters(parameters);
    }

    @Override
    public String getApplicationProtocol() {
        return engine.getApplicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return engine.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        engine.setHandshakeApplicationProtocolSelector(selector);
    }

    @Override
    public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return engine.getHandshakeApplicationProtocolSelector();
    }
}
