package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    private SomeCluster cluster;
    private Door door;

    /** Whom the door has let in, before any byte of theirs was read. */
    private final BlockingQueue<Peer> letIn = new LinkedBlockingQueue<>();

    @BeforeEach
    void setUp() throws Exception {
        cluster = new SomeCluster(temp.resolve("a"));
        door = door(SomeCluster.ALL);
    }

    private Door door(Set<Role> roles) throws IOException {
        return Door.open(
                SomeCluster.ANY_PORT,
                cluster.node("server").tls(roles, cluster.clock),
                new Door.Limits(8, PATIENCE),
                cluster.audit,
                this::echo);
    }

    private void echo(Guest guest) throws IOException {
        letIn.add(guest.peer());
        guest.socket().getOutputStream().write(guest.socket().getInputStream().read());
    }

    @AfterEach
    void tearDown() throws Exception {
        door.close();
        cluster.close();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port());
    }

    private Peer talk(Tls tls) throws IOException {
        try (SSLSocket socket = tls.connect(address(), PATIENCE)) {
            return talk(socket);
        }
    }

    private static Peer talk(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
        return Peer.of(socket.getSession());
    }

    private Tls tls(Credentials credentials) {
        return credentials.tls(SomeCluster.ALL, cluster.clock);
    }

    private void assertRefused(SSLContext stranger, Refusal refusal) throws Exception {
        try (SSLSocket socket = (SSLSocket) stranger.getSocketFactory()
                .createSocket(address().getAddress(), address().getPort())) {
            assertThatThrownBy(() -> talk(socket)).isInstanceOf(IOException.class);
        }
        assertAudited(refusal);
        assertThat(letIn).isEmpty();
    }

    private void assertAudited(Refusal refusal) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.kinds()).containsExactly(refusal.word()));
    }

    @Test
    void connect_sameCluster_bothKnowTheOther() throws Exception {
        Credentials client = cluster.authority.issue(Role.CLIENT, "laptop", SomeCluster.DAY);

        try (SSLSocket socket = tls(client).connect(address(), PATIENCE)) {
            assertThat(talk(socket)).isEqualTo(new Peer("farm", Role.NODE, "server"));
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
        assertThat(letIn.poll(60, TimeUnit.SECONDS)).isEqualTo(new Peer("farm", Role.CLIENT, "laptop"));
        assertThat(cluster.audited()).isEmpty();
    }

    @Test
    void handshake_noCertificate_isRefusedBeforeAnyByteIsRead() throws Exception {
        assertRefused(Strangers.context(null), Refusal.NO_CERTIFICATE);
    }

    @Test
    void handshake_otherClusterOfTheSameName_isRefused() throws Exception {
        try (SomeCluster other = new SomeCluster(temp.resolve("b"))) {
            assertRefused(Strangers.context(other.node("n")), Refusal.OTHER_CLUSTER);
            assertThat(cluster.audited().get(0))
                    .contains(
                            "certificate of 'CN=n,OU=node,O=farm' must be signed by this cluster's authority, got another's");
        }
    }

    @Test
    void handshake_expiredCertificate_isRefused() throws Exception {
        Credentials old = cluster.node("old");
        cluster.clock.move(Duration.ofDays(2));
        door.close();
        door = door(SomeCluster.ALL);

        assertRefused(Strangers.context(old), Refusal.EXPIRED);
        assertThat(cluster.audited().get(0)).contains("must be valid now, it expired at 2026-03-02T12:00:00Z");
    }

    @Test
    void handshake_certificateOfTheFuture_isRefused() throws Exception {
        cluster.clock.move(Duration.ofHours(1));
        Credentials early = cluster.node("early");
        cluster.clock.move(Duration.ofHours(-1));

        assertRefused(Strangers.context(early), Refusal.EXPIRED);
        assertThat(cluster.audited().get(0)).contains("are the clocks right?");
    }

    @Test
    void handshake_authoritysOwnCertificate_isRefused() throws Exception {
        assertThatThrownBy(() -> TrustRules.of(cluster.authority.certificate(), SomeCluster.ALL, cluster.clock)
                        .check(new X509Certificate[] {cluster.authority.certificate()}))
                .isInstanceOfSatisfying(
                        TrustRules.NotAMember.class, e -> assertThat(e.refusal).isEqualTo(Refusal.BAD_CERTIFICATE));
    }

    @Test
    void handshake_longChain_isRefused() {
        X509Certificate some = cluster.authority.certificate();

        assertThatThrownBy(() -> TrustRules.of(some, SomeCluster.ALL, cluster.clock)
                        .check(new X509Certificate[] {some, some, some}))
                .hasMessage("peer must send at most 2 certificates, got 3");
    }

    @Test
    void handshake_otherRole_isRefused() throws Exception {
        door.close();
        door = door(Set.of(Role.NODE, Role.ADMIN));

        assertRefused(
                Strangers.context(cluster.authority.issue(Role.CLIENT, "c", SomeCluster.DAY)), Refusal.OTHER_ROLE);
        assertThat(cluster.audited().get(0))
                .contains("role of 'CN=c,OU=client,O=farm' must be node or admin, got client");
    }

    @Test
    void handshake_olderTls_isRefused() throws Exception {
        try (SSLSocket socket = (SSLSocket) Strangers.context(cluster.node("n"))
                .getSocketFactory()
                .createSocket(address().getAddress(), address().getPort())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(() -> talk(socket)).isInstanceOf(IOException.class);
        }
        assertAudited(Refusal.NOT_TLS);
    }

    @Test
    void connect_otherClustersServer_isRefusedByTheClient() throws Exception {
        try (SomeCluster other = new SomeCluster(temp.resolve("b"))) {
            Tls stranger = other.node("n").tls(SomeCluster.ALL, cluster.clock);

            assertThatThrownBy(() -> stranger.connect(address(), PATIENCE))
                    .hasMessageContaining(
                            "certificate of 'CN=server,OU=node,O=farm' must be signed by this cluster's authority");
            // it hangs up as soon as it has read our certificate, perhaps before we have sent all of our part
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(cluster.kinds()).singleElement().isIn("refused-by-peer", "gone"));
        }
    }

    @Test
    void connect_serverOfAnotherRole_isRefusedByTheClient() {
        Tls picky = cluster.node("n").tls(Set.of(Role.ADMIN), cluster.clock);

        assertThatThrownBy(() -> picky.connect(address(), PATIENCE)).hasMessageContaining("must be admin, got node");
    }

    @Test
    void connect_certificateExpiredSinceTheLastTime_isRefusedAndNotResumed() throws Exception {
        Tls client = tls(cluster.node("n"));
        talk(client);
        talk(client);
        letIn.clear();
        cluster.clock.move(Duration.ofDays(2));

        assertThatThrownBy(() -> talk(client)).isInstanceOf(IOException.class);
        assertThat(letIn).isEmpty();
    }

    @Test
    void connect_sameClientAgain_showsItsCertificateAgain() throws Exception {
        Credentials shortLived = cluster.authority.issue(Role.CLIENT, "short", Duration.ofHours(1));
        SSLContext careless = Strangers.context(shortLived);
        try (SSLSocket socket = (SSLSocket) careless.getSocketFactory()
                .createSocket(address().getAddress(), address().getPort())) {
            talk(socket);
            assertThat(socket.getInputStream().read()).isEqualTo(-1); // a ticket would have come by now
        }
        letIn.clear();
        cluster.clock.move(Duration.ofHours(2));

        assertRefused(careless, Refusal.EXPIRED);
    }

    @Test
    void connect_nobodyAnswers_endsInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort());

            assertThatThrownBy(() -> tls(cluster.node("n")).connect(address, Duration.ofMillis(100)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("connection must be made within PT0.1S");
        }
    }

    @Test
    void receive_hostFails_hasALineAndTheDoorStaysOpen() throws Exception {
        door.close();
        door = Door.open(
                SomeCluster.ANY_PORT, tls(cluster.node("server")), Door.Limits.DEFAULT, cluster.audit, guest -> {
                    throw new IllegalStateException("no room");
                });

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> talk(tls(cluster.node("n"))))
                    .isInstanceOfAny(IOException.class, AssertionError.class);
        }
        assertAudited(Refusal.FAILED);
        assertThat(cluster.audited().get(0))
                .contains("guest could not be received: java.lang.IllegalStateException: no room");
    }

    @Test
    void stay_guest_isNotCutWhenTimeIsOver() throws Exception {
        door.close();
        Duration soon = Patience.scaled(2); // enough for a handshake
        BlockingQueue<Guest> stayed = new LinkedBlockingQueue<>();
        door = Door.open(
                SomeCluster.ANY_PORT, tls(cluster.node("server")), new Door.Limits(1, soon), cluster.audit, guest -> {
                    guest.stay();
                    stayed.add(guest);
                });

        try (SSLSocket socket = tls(cluster.node("n")).connect(address(), PATIENCE)) {
            Guest guest = stayed.poll(60, TimeUnit.SECONDS);
            try (java.net.Socket late =
                    new java.net.Socket(address().getAddress(), address().getPort())) {
                assertThat(late.getInputStream().read()).isEqualTo(-1); // says nothing, and is cut after the same time
            }
            guest.socket().getOutputStream().write(7);
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            guest.socket().close();
        }
        assertAudited(Refusal.TOO_SLOW);
    }
}
