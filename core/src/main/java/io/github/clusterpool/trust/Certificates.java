package io.github.clusterpool.trust;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * Makes X.509 certificates, for which the JDK has readers and checkers but no public maker. Two forms, an authority's and a
 * member's, need 30 lines of ASN.1; a library for them would be larger than this one.
 */
final class Certificates {
    /** Of a member's, so that clocks may differ a little. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** More than any of ours, and than what a stranger's may take. */
    static final int MAX_BYTES = 4096;

    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));
    private static final byte[] CRITICAL = Der.yes();
    private static final byte[] NOT_CRITICAL = {};
    private static final int KEY_CERT_SIGN = 0x04;
    private static final int DIGITAL_SIGNATURE = 0x80;

    private Certificates() {}

    /** Signed by itself; may sign members' certificates and no other authority's. */
    static X509Certificate ofAuthority(KeyPair keys, String cluster, Instant now, Duration validity) {
        byte[] name = Der.sequence(attribute(10, cluster), attribute(3, "clusterpool authority"));
        byte[] extensions = Der.sequence(
                extension(19, CRITICAL, Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO))),
                extension(15, CRITICAL, Der.bits(2, (byte) KEY_CERT_SIGN)),
                extension(14, NOT_CRITICAL, Der.octets(keyId(keys.getPublic()))));
        return signed(keys.getPrivate(), name, name, keys.getPublic(), now, validity, extensions);
    }

    static X509Certificate ofMember(
            PrivateKey authorityKey,
            X509Certificate authority,
            PublicKey key,
            Peer peer,
            Instant now,
            Duration validity) {
        byte[] name = Der.sequence(
                attribute(10, peer.cluster()), attribute(11, peer.role().word()), attribute(3, peer.name()));
        byte[] uri = Der.tagged(0x86, peer.uri().getBytes(StandardCharsets.US_ASCII));
        byte[] extensions = Der.sequence(
                extension(19, CRITICAL, Der.sequence()),
                extension(15, CRITICAL, Der.bits(7, (byte) DIGITAL_SIGNATURE)),
                extension(37, NOT_CRITICAL, Der.sequence(purpose(1), purpose(2))),
                extension(14, NOT_CRITICAL, Der.octets(keyId(key))),
                extension(35, NOT_CRITICAL, Der.sequence(Der.tagged(0x80, keyId(authority.getPublicKey())))),
                extension(17, NOT_CRITICAL, Der.sequence(uri)));
        byte[] issuer = authority.getSubjectX500Principal().getEncoded();
        return signed(authorityKey, issuer, name, key, now, validity, extensions);
    }

    private static X509Certificate signed(
            PrivateKey signer,
            byte[] issuer,
            byte[] subject,
            PublicKey key,
            Instant now,
            Duration validity,
            byte[] extensions) {
        byte[] body = Der.sequence(
                Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(serial()),
                ECDSA_SHA256,
                issuer,
                Der.sequence(Der.time(now.minus(SKEW)), Der.time(now.plus(validity))),
                subject,
                key.getEncoded(),
                Der.tagged(0xa3, extensions));
        byte[] certificate = Der.sequence(body, ECDSA_SHA256, Der.bits(0, Keys.sign(signer, body)));
        try {
            return read(certificate);
        } catch (TrustException e) {
            throw new AssertionError("a certificate that was just made must be readable", e);
        }
    }

    /** Positive, and nobody can guess it: 127 random bits. */
    private static BigInteger serial() {
        return new BigInteger(127, Keys.RANDOM).setBit(126);
    }

    private static byte[] attribute(int type, String value) {
        return Der.set(Der.sequence(Der.oid(2, 5, 4, type), Der.utf8(value)));
    }

    private static byte[] extension(int type, byte[] critical, byte[] value) {
        return Der.sequence(Der.oid(2, 5, 29, type), critical, Der.octets(value));
    }

    /** 1 is a TLS server, 2 a client; every member is both, as Artery connects in both directions. */
    private static byte[] purpose(int purpose) {
        return Der.oid(1, 3, 6, 1, 5, 5, 7, 3, purpose);
    }

    private static byte[] keyId(PublicKey key) {
        return Arrays.copyOf(Keys.sha256(key.getEncoded()), 20);
    }

    static X509Certificate read(byte[] encoded) throws TrustException {
        if (encoded.length > MAX_BYTES) {
            throw new TrustException(
                    Refusal.MALFORMED, "certificate must be at most " + MAX_BYTES + " bytes, got " + encoded.length);
        }
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException
                | RuntimeException e) { // the JDK's parser is not always careful with tampered bytes
            throw new TrustException(Refusal.MALFORMED, "certificate must be X.509 in DER, got " + Shown.text(e), e);
        }
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new AssertionError("a certificate must have the bytes that it was read from", e);
        }
    }
}
