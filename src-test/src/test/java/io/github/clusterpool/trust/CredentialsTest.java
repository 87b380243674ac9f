package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    private Path temp;

    private SomeCluster cluster;
    private Credentials node;

    @BeforeEach
    void setUp() throws Exception {
        cluster = new SomeCluster(temp.resolve("a"));
        node = cluster.node("node-1");
    }

    @AfterEach
    void tearDown() throws Exception {
        cluster.close();
    }

    @Test
    void parse_line_givesTheSame() throws Exception {
        String line = node.line();

        Credentials parsed = Credentials.parse(line + "\n");

        assertThat(line).startsWith("cpc1_").doesNotContain("\n", " ");
        assertThat(parsed.key()).isEqualTo(node.key());
        assertThat(parsed.certificate()).isEqualTo(node.certificate());
        assertThat(parsed.authority()).isEqualTo(cluster.authority.certificate());
        assertThat(parsed.peer()).isEqualTo(new Peer("farm", Role.NODE, "node-1"));
    }

    @Test
    void parse_cutLine_saysThatItIsCut() {
        String line = node.line();

        assertThatThrownBy(() -> Credentials.parse(line.substring(0, line.length() - 7)))
                .hasMessage("credentials must be whole, got a part or a changed text; copy all of it again")
                .hasNoCause();
    }

    @Test
    void load_saved_givesTheSameAndOnlyToItsOwner() throws Exception {
        Path file = temp.resolve("member.pem");
        cluster.node("earlier").save(file);
        node.save(file);

        assertThat(Credentials.load(file).line()).isEqualTo(node.line());
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void checked_keyOfAnother_isRefused() {
        assertThatThrownBy(() -> Credentials.checked(cluster.node("other").key(), node.certificate(), node.authority()))
                .hasMessage("certificate must be for the member's own key, got another's");
    }

    @Test
    void checked_authorityOfAnother_isRefused() throws Exception {
        try (SomeCluster other = new SomeCluster(temp.resolve("b"))) {
            assertThatThrownBy(() -> Credentials.checked(node.key(), node.certificate(), other.authority.certificate()))
                    .hasMessage("certificate must be signed by the authority that comes with it, got another's");
        }
    }

    @Test
    void toString_ofAllThatHoldsSecrets_showsNone() throws Exception {
        Ticket ticket = cluster.office.issue("h", 1, Role.NODE, "n", Duration.ofMinutes(1));
        byte[] scalar =
                ((java.security.interfaces.ECPrivateKey) node.key()).getS().toByteArray();
        List<byte[]> secrets = List.of(node.key().getEncoded(), scalar, ticket.secret());

        JoinRequest request = JoinRequest.read(new java.io.DataInputStream(
                new java.io.ByteArrayInputStream(JoinRequest.write(ticket, Role.NODE, Keys.make()))));
        Tls tls = node.tls(SomeCluster.ALL, cluster.clock);

        String shown = List.of(
                        node, ticket, cluster.authority, cluster.office, cluster.audit, tls, new OwnKey(node), request)
                .toString();

        assertThat(shown).contains("node-1", "farm");
        for (byte[] secret : secrets) {
            assertThat(shown)
                    .doesNotContain(java.util.HexFormat.of().formatHex(secret))
                    .doesNotContain(Base64.getEncoder().encodeToString(secret))
                    .doesNotContain(Base64.getUrlEncoder().withoutPadding().encodeToString(secret))
                    .doesNotContain(java.util.Arrays.toString(secret))
                    .doesNotContain(new java.math.BigInteger(1, secret).toString());
        }
        assertThat(shown).doesNotContain(ticket.text(), node.line());
    }

    @Test
    void audit_ofAWholeJoin_holdsNoSecret() throws Exception {
        try (Enrolment enrolment = cluster.enrolment(Door.Limits.DEFAULT)) {
            Ticket ticket = cluster.ticket(enrolment.port(), Role.NODE, "node-2");
            Enrolment.join(ticket, Role.NODE, Duration.ofSeconds(30), cluster.clock);

            String written = String.join("\n", cluster.audited()) + Files.readString(cluster.ticketFile());

            assertThat(written).contains("node-2");
            assertThat(written)
                    .doesNotContain(java.util.HexFormat.of().formatHex(ticket.secret()))
                    .doesNotContain(ticket.text());
        }
    }
}
