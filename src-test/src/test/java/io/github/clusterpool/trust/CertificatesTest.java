package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair authorityKeys = Keys.make();
    private final KeyPair memberKeys = Keys.make();
    private final X509Certificate authority =
            Certificates.ofAuthority(authorityKeys, "farm", NOW, Duration.ofDays(3650));
    private final X509Certificate member = member(NOW, DAY);

    private X509Certificate member(Instant now, Duration validity) {
        Peer peer = new Peer("farm", Role.NODE, "node-1");
        return Certificates.ofMember(
                authorityKeys.getPrivate(), authority, memberKeys.getPublic(), peer, now, validity);
    }

    @Test
    void ofAuthority_read_saysThatItSignsMembersOnly() throws Exception {
        assertThat(authority.getVersion()).isEqualTo(3);
        assertThat(authority.getSubjectX500Principal().getName()).isEqualTo("CN=clusterpool authority,O=farm");
        assertThat(authority.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(authority.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, false, false, false);
        assertThat(authority.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        authority.verify(authorityKeys.getPublic());
    }

    @Test
    void ofMember_read_saysWhoItIsAndForHowLong() throws Exception {
        assertThat(member.getSubjectX500Principal().getName()).isEqualTo("CN=node-1,OU=node,O=farm");
        assertThat(Peer.of(member)).isEqualTo(new Peer("farm", Role.NODE, "node-1"));
        assertThat(member.getSubjectAlternativeNames()).containsExactly(List.of(6, "clusterpool://farm/node/node-1"));
        assertThat(member.getBasicConstraints()).isEqualTo(-1);
        assertThat(member.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(member.getNotBefore()).isEqualTo(Date.from(NOW.minus(Duration.ofMinutes(5))));
        assertThat(member.getNotAfter()).isEqualTo(Date.from(NOW.plus(DAY)));
        assertThat(member.getSerialNumber().bitLength()).isEqualTo(127);
        member.verify(authorityKeys.getPublic());
    }

    @Test
    void ofMember_end2050OrLater_isWrittenWithFourDigits() {
        assertThat(member(NOW, Duration.ofDays(30 * 365)).getNotAfter().toInstant())
                .isEqualTo("2056-02-22T12:00:00Z");
    }

    @Test
    void ofMember_path_isValidByTheJdksRules() throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(NOW));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(member));

        assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters))
                .isNotNull();
    }

    @Test
    void ofMember_writtenAndReadAgain_isTheSame() throws Exception {
        var read = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(member.getEncoded()));

        assertThat(read).isEqualTo(member);
    }

    @Test
    void ofMember_keytool_printsIt(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("member.pem");
        Files.writeString(file, Pem.block(Pem.CERTIFICATE, member.getEncoded()));

        String printed = keytool("-printcert", "-file", file.toString());

        assertThat(printed)
                .contains("Owner: CN=node-1, OU=node, O=farm", "Issuer: CN=clusterpool authority, O=farm")
                .contains("Signature algorithm name: SHA256withECDSA", "256-bit EC (secp256r1) key")
                .contains("URIName: clusterpool://farm/node/node-1")
                .contains("serverAuth", "clientAuth", "DigitalSignature");
    }

    private static String keytool(String... args) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-Duser.language=en"));
        command.addAll(List.of(args));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(printed).isZero();
        return printed;
    }

    @Test
    void read_tooLarge_isRefusedUnread() {
        assertThatThrownBy(() -> Certificates.read(new byte[5000]))
                .isInstanceOf(TrustException.class)
                .hasMessage("certificate must be at most 4096 bytes, got 5000");
    }

    @Test
    void der_lengthsAndNumbers_areWrittenAsTheStandardSays() {
        assertThat(Der.octets(new byte[127])).startsWith(0x04, 0x7f).hasSize(129);
        assertThat(Der.octets(new byte[128])).startsWith(0x04, 0x81, 0x80).hasSize(131);
        assertThat(Der.octets(new byte[300])).startsWith(0x04, 0x82, 0x01, 0x2c).hasSize(304);
        assertThat(Der.oid(1, 2, 840, 10045, 4, 3, 2))
                .containsExactly(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
        assertThatThrownBy(() -> Der.octets(new byte[65536])).hasMessageContaining("at most 65535 bytes, got 65536");
    }
}
