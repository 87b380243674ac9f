package io.github.clusterpool.trust;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Those who take everybody at the other end, so that it is the other end that must refuse. */
public final class Strangers extends X509ExtendedTrustManager {
    private Strangers() {}

    /** @param shown null to show no certificate */
    public static SSLContext context(Credentials shown) throws GeneralSecurityException {
        KeyManager[] keys = shown == null ? new KeyManager[0] : new KeyManager[] {new OwnKey(shown)};
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new Strangers()}, null);
        return context;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
