package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketOfficeTest {
    @TempDir
    private Path temp;

    private SomeCluster cluster;

    @BeforeEach
    void setUp() throws Exception {
        cluster = new SomeCluster(temp.resolve("a"));
    }

    @AfterEach
    void tearDown() throws Exception {
        cluster.close();
    }

    private void assertRefused(Ticket ticket, Role role, Refusal refusal) {
        assertThatThrownBy(() -> cluster.office.redeem(ticket.secret(), role))
                .isInstanceOfSatisfying(
                        TrustException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    @Test
    void redeem_once_givesWhatTheTicketSays() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.ADMIN, "anna");

        assertThat(cluster.office.check(ticket.secret(), Role.ADMIN)).isEqualTo(ticket.peer());
        assertThat(cluster.office.redeem(ticket.secret(), Role.ADMIN)).isEqualTo(new Peer("farm", Role.ADMIN, "anna"));
    }

    @Test
    void redeem_twice_isRefusedAlsoAfterARestart() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");
        cluster.office.redeem(ticket.secret(), Role.NODE);

        assertRefused(ticket, Role.NODE, Refusal.USED_TICKET);
        cluster.restartOffice();
        assertRefused(ticket, Role.NODE, Refusal.USED_TICKET);
    }

    @Test
    void redeem_byManyAtOnce_succeedsForOne() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");

        var tries = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return cluster.office.redeem(ticket.secret(), Role.NODE) != null;
                    } catch (TrustException e) {
                        return false;
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }))
                .limit(8)
                .toList();

        assertThat(tries.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    @Test
    void redeem_expired_isRefusedAlsoAfterARestart() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");
        cluster.clock.move(Duration.ofMinutes(10));

        assertRefused(ticket, Role.NODE, Refusal.EXPIRED_TICKET);
        cluster.restartOffice();
        assertRefused(ticket, Role.NODE, Refusal.EXPIRED_TICKET);
    }

    @Test
    void redeem_unused_isStillValidAfterARestart() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");
        cluster.restartOffice();

        assertThat(cluster.office.redeem(ticket.secret(), Role.NODE)).isEqualTo(ticket.peer());
    }

    @Test
    void redeem_otherRole_isRefusedAndDoesNotUseItUp() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.CLIENT, "c");

        assertRefused(ticket, Role.NODE, Refusal.OTHER_ROLE);
        assertThat(cluster.office.redeem(ticket.secret(), Role.CLIENT)).isEqualTo(ticket.peer());
    }

    @Test
    void redeem_otherAuthoritysTicket_isRefused() throws Exception {
        try (SomeCluster other = new SomeCluster(temp.resolve("b"))) {
            assertRefused(other.ticket(1, Role.NODE, "n"), Role.NODE, Refusal.UNKNOWN_TICKET);
        }
    }

    @Test
    void redeem_issuedByAnotherProcess_isValidOnce() throws Exception {
        try (TicketOffice other =
                TicketOffice.open(cluster.ticketFile(), cluster.authority, cluster.audit, cluster.clock)) {
            Ticket ticket = other.issue("h", 1, Role.NODE, "n", Duration.ofMinutes(1));

            cluster.office.redeem(ticket.secret(), Role.NODE);

            assertThatThrownBy(() -> other.redeem(ticket.secret(), Role.NODE))
                    .hasMessage("ticket for clusterpool://farm/node/n must be new, it has been used");
        }
    }

    @Test
    void issue_file_holdsAHashAndNotTheSecret() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");

        String file = Files.readString(cluster.ticketFile());

        assertThat(file)
                .isEqualTo("issued " + HexFormat.of().formatHex(Keys.sha256(ticket.secret())) + " node n "
                        + ticket.expires().getEpochSecond() + "\n");
    }

    @Test
    void open_lineWasHalfWritten_dropsIt() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");
        Files.writeString(cluster.ticketFile(), "used 0123", StandardOpenOption.APPEND);
        cluster.restartOffice();

        cluster.office.redeem(ticket.secret(), Role.NODE);

        cluster.restartOffice();
        assertRefused(ticket, Role.NODE, Refusal.USED_TICKET);
    }

    @Test
    void open_otherLines_isRefused() throws Exception {
        Files.writeString(cluster.ticketFile(), "rubbish\n", StandardOpenOption.APPEND);

        assertThatThrownBy(cluster::restartOffice)
                .hasMessage(cluster.ticketFile()
                        + " must hold issued and used tickets, got 'rubbish'; delete it, which makes"
                        + " all tickets invalid, and issue new ones");
    }

    @Test
    void redeem_fileWasCut_isRefused() throws Exception {
        Ticket ticket = cluster.ticket(1, Role.NODE, "n");
        cluster.office.redeem(ticket.secret(), Role.NODE);
        Files.writeString(cluster.ticketFile(), "");

        assertThatThrownBy(() -> cluster.office.redeem(ticket.secret(), Role.NODE))
                .hasMessageContaining("must only grow, it was");
    }
}
