package io.github.clusterpool.trust;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** What a member proves itself by: its key, its certificate and its authority's. Immutable; {@code toString} shows no secret. */
public final class Credentials {
    private static final String PREFIX = "cpc1_";
    private static final int MAX_FILE_BYTES = 32 * 1024;

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final X509Certificate authority;
    private final Peer peer;

    /** Of what was just made, which fits together. */
    Credentials(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
        this.key = key;
        this.certificate = certificate;
        this.authority = authority;
        try {
            this.peer = Peer.of(certificate);
        } catch (TrustException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Of what comes from elsewhere. */
    static Credentials checked(PrivateKey key, X509Certificate certificate, X509Certificate authority)
            throws TrustException {
        Peer.of(certificate);
        if (!Keys.belongTogether(key, certificate.getPublicKey())) {
            throw new TrustException(
                    Refusal.BAD_CERTIFICATE, "certificate must be for the member's own key, got another's");
        }
        if (!TrustRules.issued(authority, certificate)) {
            throw new TrustException(
                    Refusal.OTHER_CLUSTER,
                    "certificate must be signed by the authority that comes with it, got another's");
        }
        return new Credentials(key, certificate, authority);
    }

    /** Who this is. */
    public Peer peer() {
        return peer;
    }

    /** When the certificate's time is over; connections made before go on, new ones are refused. */
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    /** SHA-256 of the authority's public key, in hexadecimal. */
    public String pin() {
        return HexFormat.of().formatHex(Authority.pin(authority));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public X509Certificate authority() {
        return authority;
    }

    PrivateKey key() {
        return key;
    }

    /**
     * Makes connections as this member, with members of the same cluster only.
     *
     * @param roles what the other end may be
     * @param clock says whether certificates are valid now
     */
    public Tls tls(Set<Role> roles, Clock clock) {
        return Tls.mutual(this, roles, clock);
    }

    /** All of it, the key too, as one line for another JVM's standard input; never for arguments, environment or logs. */
    public String line() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part :
                List.of(key.getEncoded(), Certificates.encoded(certificate), Certificates.encoded(authority))) {
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) part.length).array());
            out.writeBytes(part);
        }
        return CheckedText.write(PREFIX, out.toByteArray());
    }

    /**
     * Reads what another JVM was given.
     *
     * @throws TrustException if the line is not one of {@link #line}, or has been cut or changed
     */
    public static Credentials parse(String line) throws TrustException {
        ByteBuffer in = ByteBuffer.wrap(CheckedText.read("credentials", PREFIX, line, MAX_FILE_BYTES));
        PrivateKey key = Keys.readPrivate(part(in));
        X509Certificate certificate = Certificates.read(part(in));
        X509Certificate authority = Certificates.read(part(in));
        if (in.hasRemaining()) {
            throw new TrustException(Refusal.MALFORMED, "credentials must have three parts, got more");
        }
        return checked(key, certificate, authority);
    }

    private static byte[] part(ByteBuffer in) throws TrustException {
        if (in.remaining() < 2) {
            throw new TrustException(Refusal.MALFORMED, "credentials must have three parts, got fewer");
        }
        int length = Short.toUnsignedInt(in.getShort());
        if (length > in.remaining()) {
            throw new TrustException(
                    Refusal.MALFORMED, "credentials' part must be at most " + in.remaining() + " bytes, got " + length);
        }
        byte[] part = new byte[length];
        in.get(part);
        return part;
    }

    /** Writes them to a file with permissions 0600, whole or not at all, in the place of earlier ones. */
    public void save(Path file) throws IOException {
        String text = Pem.block(Pem.CERTIFICATE, Certificates.encoded(certificate))
                + Pem.block(Pem.CERTIFICATE, Certificates.encoded(authority))
                + Pem.block(Pem.PRIVATE_KEY, key.getEncoded());
        PrivateFiles.replace(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads what was saved.
     *
     * @throws TrustException if others may read the file, or it is not one of {@link #save}
     */
    public static Credentials load(Path file) throws IOException {
        byte[] text = PrivateFiles.read(file, MAX_FILE_BYTES);
        List<byte[]> blocks = Pem.read(file.toString(), text, Pem.CERTIFICATE, Pem.CERTIFICATE, Pem.PRIVATE_KEY);
        return checked(
                Keys.readPrivate(blocks.get(2)), Certificates.read(blocks.get(0)), Certificates.read(blocks.get(1)));
    }

    @Override
    public String toString() {
        return "Credentials[peer=" + peer + ", expires=" + expires() + ", pin=" + pin() + "]";
    }
}
