package io.github.clusterpool.trust;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * A member of a cluster, as its certificate names it.
 *
 * @param cluster the cluster's name; what tells two clusters apart is their authorities' keys
 * @param role what it may do
 * @param name its own name, one to 63 letters, digits, dots, dashes and underscores, like the cluster's
 */
public record Peer(String cluster, Role role, String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern URI =
            Pattern.compile("clusterpool://([A-Za-z0-9._-]{1,63})/([a-z]{1,10})/([A-Za-z0-9._-]{1,63})");
    private static final int URI_NAME = 6;

    /** @throws IllegalArgumentException if a name is not one */
    public Peer {
        requireName("cluster", cluster);
        requireName("name", name);
    }

    /**
     * Who is at the other end of a connection that {@link Tls} has made.
     *
     * @throws SSLPeerUnverifiedException if the other end has shown no certificate, or none of a member
     */
    public static Peer of(SSLSession session) throws SSLPeerUnverifiedException {
        Certificate[] chain = session.getPeerCertificates();
        try {
            if (chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
                return of(certificate);
            }
        } catch (TrustException e) {
            throw (SSLPeerUnverifiedException) new SSLPeerUnverifiedException(e.getMessage()).initCause(e);
        }
        throw new SSLPeerUnverifiedException("peer must have an X.509 certificate, got none");
    }

    /** What the certificate's one alternative name says. */
    static Peer of(X509Certificate certificate) throws TrustException {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            throw new TrustException(
                    Refusal.BAD_CERTIFICATE,
                    "certificate's alternative names must be readable, got " + Shown.text(e),
                    e);
        }
        if (names == null || names.size() != 1) {
            throw new TrustException(
                    Refusal.BAD_CERTIFICATE,
                    "certificate must have one alternative name, got " + (names == null ? 0 : names.size()));
        }
        List<?> only = names.iterator().next();
        if (!only.get(0).equals(URI_NAME)) {
            throw new TrustException(
                    Refusal.BAD_CERTIFICATE,
                    "certificate's alternative name must be a URI, got one of type " + only.get(0));
        }
        return parse((String) only.get(1));
    }

    static Peer parse(String uri) throws TrustException {
        var parts = URI.matcher(uri);
        if (parts.matches()
                && NAME.matcher(parts.group(1)).matches()
                && NAME.matcher(parts.group(3)).matches()) {
            return new Peer(parts.group(1), Role.of(parts.group(2)), parts.group(3));
        }
        throw new TrustException(
                Refusal.BAD_CERTIFICATE,
                "certificate's name must be clusterpool://<cluster>/<role>/<name>, got '" + Shown.text(uri) + "'");
    }

    /** {@code clusterpool://<cluster>/<role>/<name>}, as it stands in the certificate. */
    public String uri() {
        return "clusterpool://" + cluster + "/" + role.word() + "/" + name;
    }

    @Override
    public String toString() {
        return uri();
    }

    static String requireName(String what, String got) {
        if (!isName(got)) {
            throw new IllegalArgumentException(
                    what + " must be 1 to 63 letters, digits and . _ - between letters or digits, got '"
                            + Shown.text(got) + "'");
        }
        return got;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
