package io.github.clusterpool.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * Who decides who belongs to a cluster: holds the key that signs its members' certificates. Thread-safe.
 *
 * <p>Certificate and key are in one file, so that there is never one without the other.
 */
public final class Authority {
    /** Its file in the folder. */
    public static final String FILE = "authority.pem";

    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final int MAX_FILE_BYTES = 16 * 1024;
    private static final int CLUSTER_ATTRIBUTE_BYTES = 63;

    private final String cluster;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Clock clock;

    private Authority(String cluster, PrivateKey key, X509Certificate certificate, Clock clock) {
        this.cluster = cluster;
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
    }

    /**
     * Loads the authority that is in a folder, or makes one there; if several processes do so at the same time, they all
     * get the same.
     *
     * @param folder gets the permissions 0700, its files 0600
     * @param cluster the cluster's name; must be the same each time
     * @throws TrustException if others may read the folder or the file, if the file is damaged, or holds another cluster's
     */
    public static Authority open(Path folder, String cluster, Clock clock) throws IOException {
        Peer.requireName("cluster", cluster);
        PrivateFiles.folder(folder);
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            KeyPair keys = Keys.make();
            X509Certificate made = Certificates.ofAuthority(keys, cluster, clock.instant(), VALIDITY);
            String text = Pem.block(Pem.CERTIFICATE, Certificates.encoded(made))
                    + Pem.block(Pem.PRIVATE_KEY, keys.getPrivate().getEncoded());
            if (PrivateFiles.create(file, text.getBytes(StandardCharsets.US_ASCII))) {
                return new Authority(cluster, keys.getPrivate(), made, clock);
            }
        }
        return load(file, cluster, clock);
    }

    private static Authority load(Path file, String cluster, Clock clock) throws IOException {
        List<byte[]> blocks =
                Pem.read(file.toString(), PrivateFiles.read(file, MAX_FILE_BYTES), Pem.CERTIFICATE, Pem.PRIVATE_KEY);
        X509Certificate certificate = Certificates.read(blocks.get(0));
        PrivateKey key = Keys.readPrivate(blocks.get(1));
        if (!Keys.belongTogether(key, certificate.getPublicKey())) {
            throw new TrustException(
                    Refusal.MALFORMED, file + " must hold a certificate and its key, got those of two authorities");
        }
        String found = clusterOf(certificate);
        if (!found.equals(cluster)) {
            throw new TrustException(
                    Refusal.OTHER_CLUSTER,
                    file + " must be of the cluster '" + cluster + "', got '" + Shown.text(found)
                            + "'; use that name, or another folder");
        }
        return new Authority(cluster, key, certificate, clock);
    }

    private static String clusterOf(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        int from = name.indexOf("O=");
        return from < 0 ? "" : name.substring(from + 2, Math.min(name.length(), from + 2 + CLUSTER_ATTRIBUTE_BYTES));
    }

    public String cluster() {
        return cluster;
    }

    /** Public: what members check each other by. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** SHA-256 of its public key, in hexadecimal; tickets carry it. */
    public String pin() {
        return HexFormat.of().formatHex(pin(certificate));
    }

    static byte[] pin(X509Certificate certificate) {
        return Keys.sha256(certificate.getPublicKey().getEncoded());
    }

    /**
     * Makes a key and a certificate: for the node that holds the authority, and for JVMs that it starts.
     *
     * @param validity from now on; never longer than the authority's own
     */
    public Credentials issue(Role role, String name, Duration validity) {
        KeyPair keys = Keys.make();
        return new Credentials(
                keys.getPrivate(), sign(keys.getPublic(), new Peer(cluster, role, name), validity), certificate);
    }

    /** The caller has made sure that the key is the peer's. */
    X509Certificate sign(PublicKey member, Peer peer, Duration validity) {
        Instant now = clock.instant();
        Instant end = certificate.getNotAfter().toInstant();
        Duration left = Duration.between(now, end);
        if (left.isNegative()) {
            throw new IllegalStateException(
                    "authority of cluster '" + cluster + "' must be valid to sign, it expired at " + end
                            + "; make a new one in another folder and let all nodes join it");
        }
        return Certificates.ofMember(
                key, certificate, member, peer, now, validity.compareTo(left) < 0 ? validity : left);
    }

    @Override
    public String toString() {
        return "Authority[cluster=" + cluster + ", pin=" + pin() + "]";
    }
}
