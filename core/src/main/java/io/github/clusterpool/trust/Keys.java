package io.github.clusterpool.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** EC P-256 keys and what is done with them: every JDK, tool and TLS library has them. */
final class Keys {
    static final SecureRandom RANDOM = new SecureRandom();

    /** Of a public key: what says that it is P-256, and a point that is not compressed. */
    private static final byte[] HEADER =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    static final int PUBLIC_BYTES = HEADER.length + 64;

    private Keys() {}

    static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static byte[] sign(PrivateKey key, byte[]... parts) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key, RANDOM);
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static boolean verify(PublicKey key, byte[] signed, byte[]... parts) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key);
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // not even the form of a signature
        }
    }

    /** Takes nothing but a P-256 point, so that no stranger's bytes choose the algorithm that reads them. */
    static PublicKey readPublic(byte[] encoded) throws TrustException {
        if (encoded.length != PUBLIC_BYTES || !Arrays.equals(encoded, 0, HEADER.length, HEADER, 0, HEADER.length)) {
            throw new TrustException(
                    Refusal.MALFORMED, "public key must be an EC P-256 key of " + PUBLIC_BYTES + " bytes");
        }
        try {
            ECPublicKey key =
                    (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
            requireOnCurve(key);
            return key;
        } catch (GeneralSecurityException e) {
            throw new TrustException(Refusal.MALFORMED, "public key must be a point of EC P-256", e);
        }
    }

    private static void requireOnCurve(ECPublicKey key) throws TrustException {
        EllipticCurve curve = key.getParams().getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        ECPoint point = key.getW();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right =
                x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(right)) {
            throw new TrustException(Refusal.MALFORMED, "public key must be a point of EC P-256");
        }
    }

    static PrivateKey readPrivate(byte[] encoded) throws TrustException {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            // without its cause, which may show the bytes
            throw new TrustException(Refusal.MALFORMED, "private key must be an EC key in PKCS#8");
        }
    }

    static boolean belongTogether(PrivateKey key, PublicKey other) {
        byte[] challenge = randomBytes(32);
        return verify(other, sign(key, challenge), challenge);
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static AssertionError missing(GeneralSecurityException e) {
        return new AssertionError("the JDK must have EC P-256 and SHA-256", e);
    }
}
