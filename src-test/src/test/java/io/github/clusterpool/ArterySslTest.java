package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Authority;
import io.github.clusterpool.trust.Credentials;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.Strangers;
import io.github.clusterpool.trust.Tls;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** ActorSystems over {@code tls-tcp}: who is of the cluster talks, who is not is not heard. */
class ArterySslTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path temp;

    /** Of the audit logs: it stands still, so that each kind of refusal has one line however often Artery tries. */
    private final Clock still = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    private final List<ActorSystem> systems = new ArrayList<>();
    private final List<AuditLog> audits = new ArrayList<>();
    private final Queue<Object> heard = new ConcurrentLinkedQueue<>();
    private Authority authority;
    private ActorSystem host;

    @BeforeEach
    void setUp() throws Exception {
        authority = authority("farm", Clock.systemUTC());
        host = system("host", member(authority.issue(Role.NODE, "host", DAY), "host"));
        host.actorOf(Props.create(Echo.class, () -> new Echo(heard)), "echo");
    }

    @AfterEach
    void tearDown() throws Exception {
        systems.forEach(ActorSystem::terminate);
        for (ActorSystem system : systems) {
            system.getWhenTerminated().toCompletableFuture().get(Patience.much().toSeconds(), TimeUnit.SECONDS);
        }
        for (AuditLog audit : audits) {
            audit.close();
        }
    }

    private Authority authority(String folder, Clock clock) throws Exception {
        return Authority.open(temp.resolve(folder), "farm", clock);
    }

    private ActorSystemSetup member(Credentials credentials, String name) throws Exception {
        AuditLog audit = AuditLog.open(audit(name), still);
        audits.add(audit);
        Tls tls = credentials.tls(EnumSet.allOf(Role.class), Clock.systemUTC());
        return ArterySsl.setup(() -> tls, audit);
    }

    private Path audit(String name) {
        return temp.resolve(name + ".jsonl");
    }

    private ActorSystem system(String name, ActorSystemSetup ssl) {
        var config = ConfigFactory.parseString("""
                        pekko.actor.provider = remote
                        pekko.remote.use-unsafe-remote-features-outside-cluster = on
                        pekko.remote.warn-about-direct-use = off
                        pekko.loglevel = ERROR
                        pekko.remote.artery {
                          transport = tls-tcp
                          canonical { hostname = "127.0.0.1", port = 0 }
                          bind.bind-timeout = 60s
                        }
                        """).withFallback(ConfigFactory.defaultReference());
        ActorSystem system = ActorSystem.create(name, ssl.withSetup(BootstrapSetup.create(config)));
        systems.add(system);
        return system;
    }

    private ActorRef echo(ActorSystem from) throws Exception {
        return from.actorSelection(address() + "/user/echo")
                .resolveOne(Patience.much())
                .toCompletableFuture()
                .get(Patience.much().toSeconds(), TimeUnit.SECONDS);
    }

    private Address address() {
        return host.provider().getDefaultAddress();
    }

    private List<String> lines(String name) throws Exception {
        return Files.readAllLines(audit(name));
    }

    private void speakInVain(ActorSystem stranger, String line) {
        stranger.actorSelection(address() + "/user/echo").tell("let me in", ActorRef.noSender());

        Patience.await()
                .untilAsserted(() ->
                        assertThat(lines("host")).singleElement().asString().containsPattern(line));
        assertThat(heard).isEmpty();
    }

    @Test
    void tell_sameCluster_isAnswered() throws Exception {
        ActorSystem client = system("client", member(authority.issue(Role.CLIENT, "laptop", DAY), "client"));

        Object answer = Patterns.ask(echo(client), "hello", Patience.much())
                .toCompletableFuture()
                .get(Patience.much().toSeconds(), TimeUnit.SECONDS);

        assertThat(answer).isEqualTo("hello");
        assertThat(lines("host")).isEmpty();
        assertThat(lines("client")).isEmpty();
    }

    @Test
    void tell_largeMessage_arrivesWhole() throws Exception {
        ActorSystem client = system("client", member(authority.issue(Role.NODE, "n", DAY), "client"));
        String large = "x".repeat(200_000);

        Object answer = Patterns.ask(echo(client), large, Patience.much())
                .toCompletableFuture()
                .get(Patience.much().toSeconds(), TimeUnit.SECONDS);

        assertThat(answer).isEqualTo(large);
    }

    @Test
    void tell_memberOfAnotherCluster_refusesUs() throws Exception {
        Credentials other = authority("other", Clock.systemUTC()).issue(Role.NODE, "n", DAY);
        ActorSystem stranger = system("stranger", member(other, "stranger"));

        speakInVain(stranger, "\"what\":\"(refused-by-peer|gone)\"");
        assertThat(lines("stranger")).singleElement().asString().contains("\"what\":\"other-cluster\"");
    }

    @Test
    void tell_otherClustersCertificate_isRefused() throws Exception {
        Credentials other = authority("other", Clock.systemUTC()).issue(Role.NODE, "n", DAY);

        speakInVain(system("stranger", stranger(other)), "\"what\":\"other-cluster\"");
    }

    @Test
    void tell_expiredCertificate_isRefused() throws Exception {
        Clock past = Clock.offset(Clock.systemUTC(), Duration.ofDays(-3));
        Credentials expired = authority("farm", past).issue(Role.NODE, "n", DAY);

        speakInVain(system("stranger", stranger(expired)), "\"what\":\"expired\"");
    }

    @Test
    void tell_noCertificate_isRefused() throws Exception {
        speakInVain(system("stranger", stranger(null)), "\"what\":\"no-certificate\"");
    }

    @Test
    void port_junk_isClosedWithOneLine() throws Exception {
        int port = address().getPort().orElseThrow();
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes(); // until it hangs up
            }
        }

        Patience.await()
                .untilAsserted(() ->
                        assertThat(lines("host")).singleElement().asString().contains("\"what\":\"not-tls\""));
        ActorSystem client = system("client", member(authority.issue(Role.CLIENT, "laptop", DAY), "client"));
        assertThat(echo(client)).isNotNull();
    }

    @Test
    void verify_sessionWithoutACertificate_isRefused() throws Exception {
        SSLSession session = SSLContext.getDefault().createSSLEngine().getSession();
        var provider = member(authority.issue(Role.NODE, "n", DAY), "n")
                .get(SSLEngineProviderSetup.class)
                .orElseThrow()
                .sslEngineProvider()
                .apply(null);

        assertThat(provider.verifyClientSession("h", session).isDefined()).isTrue();
        assertThat(provider.verifyServerSession("h", session).isDefined()).isTrue();
    }

    private static ActorSystemSetup stranger(Credentials shown) throws Exception {
        SSLContext context = Strangers.context(shown);
        return ActorSystemSetup.create(SSLEngineProviderSetup.create(system -> new CarelessProvider(context)));
    }

    private record CarelessProvider(SSLContext context) implements SSLEngineProvider {
        private SSLEngine engine(boolean client) {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(client);
            return engine;
        }

        @Override
        public SSLEngine createServerSSLEngine(String hostname, int port) {
            return engine(false);
        }

        @Override
        public SSLEngine createClientSSLEngine(String hostname, int port) {
            return engine(true);
        }

        @Override
        public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
            return Option.empty();
        }

        @Override
        public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
            return Option.empty();
        }
    }

    private static final class Echo extends AbstractActor {
        private final Queue<Object> heard;

        Echo(Queue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder().matchAny(this::echo).build();
        }

        private void echo(Object message) {
            heard.add(message);
            getSender().tell(message, getSelf());
        }
    }
}
