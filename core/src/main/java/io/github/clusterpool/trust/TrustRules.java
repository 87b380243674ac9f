package io.github.clusterpool.trust;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Accepts exactly the members that one authority has signed, now, in some roles. */
final class TrustRules extends X509ExtendedTrustManager {
    /** Why not, in the form in which JSSE lets it through. */
    static final class NotAMember extends CertificateException {
        final transient Refusal refusal;

        NotAMember(Refusal refusal, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.refusal = refusal;
        }
    }

    /** The authority, or null if only its pin is known. */
    private final @Nullable X509Certificate authority;

    private final byte[] pin;
    private final Set<Role> roles;
    private final Clock clock;

    private TrustRules(@Nullable X509Certificate authority, byte[] pin, Set<Role> roles, Clock clock) {
        this.authority = authority;
        this.pin = pin;
        this.roles = roles;
        this.clock = clock;
    }

    static TrustRules of(X509Certificate authority, Set<Role> roles, Clock clock) {
        return new TrustRules(authority, Authority.pin(authority), Set.copyOf(roles), clock);
    }

    /** Whose other end must send its authority's certificate along. */
    static TrustRules pinned(byte[] pin, Set<Role> roles, Clock clock) {
        return new TrustRules(null, pin.clone(), Set.copyOf(roles), clock);
    }

    void check(X509Certificate @Nullable [] chain) throws NotAMember {
        if (chain == null || chain.length == 0) {
            throw new NotAMember(Refusal.NO_CERTIFICATE, "peer must have a certificate, got none", null);
        }
        if (chain.length > 2) {
            throw new NotAMember(
                    Refusal.BAD_CERTIFICATE, "peer must send at most 2 certificates, got " + chain.length, null);
        }
        X509Certificate root = authority == null ? pinned(chain) : authority;
        requireIssued(root, chain[0]);
        requireInTime(root, "authority's certificate");
        requireInTime(chain[0], "certificate of " + subject(chain[0]));
        requirePath(root, chain[0]);
        requireRole(chain[0]);
    }

    private X509Certificate pinned(X509Certificate[] chain) throws NotAMember {
        X509Certificate root = chain[chain.length - 1];
        if (chain.length != 2 || !Arrays.equals(Authority.pin(root), pin)) {
            throw new NotAMember(
                    Refusal.OTHER_CLUSTER,
                    "peer must be of the authority with the pin "
                            + HexFormat.of().formatHex(pin) + ", got "
                            + HexFormat.of().formatHex(Authority.pin(root)),
                    null);
        }
        return root;
    }

    private static void requireIssued(X509Certificate root, X509Certificate member) throws NotAMember {
        if (!issued(root, member)) {
            throw new NotAMember(
                    Refusal.OTHER_CLUSTER,
                    "certificate of " + subject(member) + " must be signed by this cluster's authority, got another's",
                    null);
        }
    }

    static boolean issued(X509Certificate root, X509Certificate member) {
        if (!member.getIssuerX500Principal().equals(root.getSubjectX500Principal())) {
            return false;
        }
        try {
            member.verify(root.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void requireInTime(X509Certificate certificate, String what) throws NotAMember {
        try {
            certificate.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException e) {
            throw new NotAMember(
                    Refusal.EXPIRED,
                    what + " must be valid now, it expired at "
                            + certificate.getNotAfter().toInstant(),
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new NotAMember(
                    Refusal.EXPIRED,
                    what + " must be valid now, it begins at "
                            + certificate.getNotBefore().toInstant() + "; are the clocks right?",
                    e);
        }
    }

    /** All that RFC 5280 asks for besides; nothing is ever fetched. */
    private void requirePath(X509Certificate root, X509Certificate member) throws NotAMember {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(member));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (GeneralSecurityException e) {
            throw new NotAMember(
                    Refusal.BAD_CERTIFICATE,
                    "certificate of " + subject(member) + " must be valid, got: " + Shown.text(e),
                    e);
        }
        if (member.getBasicConstraints() >= 0) {
            throw new NotAMember(
                    Refusal.BAD_CERTIFICATE,
                    "certificate of " + subject(member) + " must be a member's, got an authority's",
                    null);
        }
    }

    private void requireRole(X509Certificate member) throws NotAMember {
        Role role;
        try {
            role = Peer.of(member).role();
        } catch (TrustException e) {
            throw new NotAMember(e.refusal(), Shown.text(e), e);
        }
        if (!roles.contains(role)) {
            throw new NotAMember(
                    Refusal.OTHER_ROLE,
                    "role of " + subject(member) + " must be "
                            + roles.stream().sorted().map(Role::word).collect(Collectors.joining(" or ")) + ", got "
                            + role.word(),
                    null);
        }
    }

    private static String subject(X509Certificate certificate) {
        return "'" + Shown.text(certificate.getSubjectX500Principal().getName()) + "'";
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    /** None: a server that asks for a certificate need not tell strangers whose. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
