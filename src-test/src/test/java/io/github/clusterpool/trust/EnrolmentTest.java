package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEY_AT = 4 + 1 + Ticket.SECRET_BYTES;

    @TempDir
    private Path temp;

    private SomeCluster cluster;
    private Enrolment enrolment;

    @BeforeEach
    void setUp() throws Exception {
        cluster = new SomeCluster(temp.resolve("a"));
        enrolment = cluster.enrolment(new Door.Limits(8, PATIENCE));
    }

    @AfterEach
    void tearDown() throws Exception {
        enrolment.close();
        cluster.close();
    }

    private void reopen(Door.Limits limits) throws IOException {
        enrolment.close();
        enrolment = cluster.enrolment(limits);
    }

    private Ticket ticket(Role role, String name) throws IOException {
        return cluster.ticket(enrolment.port(), role, name);
    }

    private Credentials join(Ticket ticket, Role role) throws IOException {
        return Enrolment.join(ticket, role, PATIENCE, cluster.clock);
    }

    private static void assertRefused(ThrowingCallable call, Refusal refusal) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrustException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    private void awaitAudited(Refusal refusal) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(cluster.kinds()).contains(refusal.word()));
    }

    /** What a stranger may do who knows the pin: all but have a ticket. */
    private byte[] send(byte[] request) throws IOException {
        Tls tls = Tls.pinned(Authority.pin(cluster.authority.certificate()), Set.of(Role.NODE), cluster.clock);
        var address = new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), enrolment.port());
        try (SSLSocket socket = tls.connect(address, PATIENCE)) {
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void join_withATicket_givesCredentialsThatTheClusterTakes() throws Exception {
        Credentials joined = join(ticket(Role.NODE, "node-2"), Role.NODE);

        assertThat(joined.peer()).isEqualTo(new Peer("farm", Role.NODE, "node-2"));
        assertThat(joined.pin()).isEqualTo(cluster.authority.pin());
        TrustRules.of(cluster.authority.certificate(), Set.of(Role.NODE), cluster.clock)
                .check(new java.security.cert.X509Certificate[] {joined.certificate()});
        assertThat(cluster.kinds()).containsExactly("ticket-issued", "member-joined");
        assertThat(cluster.audited().get(1)).contains("clusterpool://farm/node/node-2 serial ");
    }

    @Test
    void join_sameTicketAgain_isRefusedWithOneLine() throws Exception {
        Ticket ticket = ticket(Role.NODE, "node-2");
        join(ticket, Role.NODE);

        assertThatThrownBy(() -> join(ticket, Role.NODE))
                .hasMessage("authority at 127.0.0.1:" + enrolment.port()
                        + " refused the ticket for clusterpool://farm/node/node-2: used-ticket; ask for a new one");
        awaitAudited(Refusal.USED_TICKET);
        assertThat(cluster.audited()).hasSize(3);
    }

    @Test
    void join_expiredTicket_isRefused() throws Exception {
        Ticket ticket = ticket(Role.NODE, "node-2");
        cluster.clock.move(Duration.ofMinutes(11));

        assertRefused(() -> join(ticket, Role.NODE), Refusal.EXPIRED_TICKET);
        awaitAudited(Refusal.EXPIRED_TICKET);
    }

    @Test
    void join_asAnotherRole_isRefusedHereAndThere() throws Exception {
        Ticket ticket = ticket(Role.CLIENT, "laptop");

        assertRefused(() -> join(ticket, Role.ADMIN), Refusal.OTHER_ROLE);
        byte[] answer = send(JoinRequest.write(ticket, Role.ADMIN, Keys.make()));

        assertThat(new String(answer, StandardCharsets.UTF_8)).endsWith("other-role");
        assertThat(join(ticket, Role.CLIENT).peer()).isEqualTo(ticket.peer());
    }

    @Test
    void join_ticketWithAnotherName_givesNoCertificateForThatName() throws Exception {
        Ticket real = ticket(Role.NODE, "node-2");
        Ticket changed = new Ticket(
                real.host(),
                real.port(),
                new Peer("farm", Role.NODE, "node-1"),
                real.expires(),
                real.pinBytes(),
                real.secret());

        assertThatThrownBy(() -> join(changed, Role.NODE))
                .hasMessageContaining("authority must sign what the ticket says");
        assertThat(cluster.audited().toString())
                .contains("farm/node/node-2 serial")
                .doesNotContain("node-1");
    }

    @Test
    void join_madeUpSecret_isRefusedAndItsKeyNotLookedAt() throws Exception {
        Ticket real = ticket(Role.NODE, "node-2");
        Ticket forged = new Ticket(
                real.host(), real.port(), real.peer(), real.expires(), real.pinBytes(), Keys.randomBytes(32));
        byte[] request = JoinRequest.write(forged, Role.NODE, Keys.make());
        Arrays.fill(request, KEY_AT, KEY_AT + Keys.PUBLIC_BYTES, (byte) 0xff);

        assertThat(new String(send(request), StandardCharsets.UTF_8)).endsWith("unknown-ticket");
    }

    @Test
    void join_keyOfSomebodyElse_isRefusedAndTheTicketStaysValid() throws Exception {
        Ticket ticket = ticket(Role.NODE, "node-2");
        KeyPair others = Keys.make();
        byte[] request = JoinRequest.write(ticket, Role.NODE, Keys.make());
        System.arraycopy(others.getPublic().getEncoded(), 0, request, KEY_AT, Keys.PUBLIC_BYTES);

        assertThat(new String(send(request), StandardCharsets.UTF_8)).endsWith("unproven-key");
        awaitAudited(Refusal.UNPROVEN_KEY);
        assertThat(join(ticket, Role.NODE).peer()).isEqualTo(ticket.peer());
    }

    @Test
    void join_serverOfAnotherAuthority_isRefusedBeforeTheTicketIsShown() throws Exception {
        try (SomeCluster other = new SomeCluster(temp.resolve("b"));
                Enrolment theirs = other.enrolment(Door.Limits.DEFAULT)) {
            Ticket ticket = cluster.ticket(theirs.port(), Role.NODE, "node-2");

            assertThatThrownBy(() -> join(ticket, Role.NODE))
                    .hasMessageContaining("peer must be of the authority with the pin " + ticket.pin());
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(other.kinds()).singleElement().isIn("refused-by-peer", "gone"));
        }
    }

    @Test
    void join_serverThatIsNoNode_isRefused() throws Exception {
        Credentials client = cluster.authority.issue(Role.CLIENT, "c", SomeCluster.DAY);
        try (Enrolment posing = Enrolment.open(
                SomeCluster.ANY_PORT,
                cluster.authority,
                client,
                cluster.office,
                cluster.audit,
                SomeCluster.DAY,
                Door.Limits.DEFAULT,
                cluster.clock)) {
            Ticket ticket = cluster.ticket(posing.port(), Role.NODE, "node-2");

            assertThatThrownBy(() -> join(ticket, Role.NODE)).hasMessageContaining("must be node, got client");
        }
    }

    @Test
    void join_nobodyListens_saysWhere() throws Exception {
        Ticket ticket = ticket(Role.NODE, "node-2");
        enrolment.close();

        assertThatThrownBy(() -> join(ticket, Role.NODE))
                .isInstanceOf(TrustException.class)
                .hasMessageStartingWith("cannot join Ticket[clusterpool://farm/node/node-2 at 127.0.0.1:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPJ", "CPJ1", "GET / HTTP/1.1\r\n\r\n", "\u0000\u0000\u0000\u0000", "CPJ1\u0007"})
    void request_junkWithinTls_getsNoAnswer(String junk) throws Exception {
        assertThat(send(junk.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.audited()).hasSize(1));
    }

    @Test
    void port_junkOfAllKinds_closesAndTheNextJoinWorks() throws Exception {
        Random random = new Random(1);
        byte[] hello = {0x16, 0x03, 0x01, 0x40, 0x00, 0x01, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x03, 0x03};
        long sent = 0;
        for (int i = 0; i < 200; i++) {
            byte[] junk = switch (i % 5) {
                case 0 -> "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                case 1 -> hello; // a record and a message that claim to be long
                case 2 -> new byte[0];
                case 3 -> Arrays.copyOf(hello, 3);
                default -> {
                    byte[] bytes = new byte[2000];
                    random.nextBytes(bytes);
                    yield bytes;
                }
            };
            sent += junk.length;
            sendPlain(junk);
        }

        Ticket ticket = ticket(Role.NODE, "node-2");
        assertThat(join(ticket, Role.NODE).peer()).isEqualTo(ticket.peer());
        assertThat(sent).isGreaterThan(80_000);
        assertThat(Files.size(cluster.auditFile())).isLessThan(4_000); // the clock stands still: one line of each kind
        assertThat(AuditLog.verify(cluster.auditFile()).fault()).isNull();
    }

    private void sendPlain(byte[] junk) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), enrolment.port())) {
            socket.getOutputStream().write(junk);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (java.net.SocketException e) {
            assertThat(e)
                    .hasMessageMatching("(?i).*(reset|broken pipe|aborted).*"); // it hung up before it had read all
        }
    }

    @Test
    void port_slowSenders_areCutInTime() throws Exception {
        reopen(new Door.Limits(8, Duration.ofMillis(300)));
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), enrolment.port())) {
            OutputStream out = slow.getOutputStream();
            var hello = new java.io.ByteArrayInputStream(
                    new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc, 0x03, 0x03});

            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
                out.write(Math.max(0, hello.read())); // a byte now and then, never enough
                assertThat(cluster.kinds()).isNotEmpty();
            });
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|aborted).*");
        }
        awaitAudited(Refusal.TOO_SLOW);
    }

    @Test
    void port_fullOfThoseWhoDoNothing_stillLetsOthersIn() throws Exception {
        reopen(new Door.Limits(4, PATIENCE));
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), enrolment.port()));
            }
            Ticket ticket = ticket(Role.NODE, "node-2");

            assertThat(join(ticket, Role.NODE).peer()).isEqualTo(ticket.peer());
            assertThat(idle.get(0).getInputStream().read()).isEqualTo(-1);
            awaitAudited(Refusal.CROWDED_OUT);
        } finally {
            for (Socket each : idle) {
                each.close();
            }
        }
    }

    @Test
    void close_withGuestsAtTheDoor_endsThem() throws Exception {
        try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), enrolment.port())) {
            send(new byte[0]); // the idle one has been accepted before this one
            enrolment.close();

            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
    }
}
