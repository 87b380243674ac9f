package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketTest {
    private static final Peer PEER = new Peer("farm", Role.CLIENT, "laptop");

    private static Ticket ticket(String host, int port) {
        return new Ticket(host, port, PEER, Instant.parse("2026-03-01T13:00:00Z"), new byte[32], Keys.randomBytes(32));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7", "head.example.org", "fe80::1%eth0"})
    void parse_text_givesTheSame(String host) throws Exception {
        Ticket ticket = ticket(host, 65535);

        Ticket parsed = Ticket.parse("  " + ticket.text() + "\n");

        assertThat(parsed).hasToString(ticket.toString());
        assertThat(parsed.host()).isEqualTo(host);
        assertThat(parsed.port()).isEqualTo(65535);
        assertThat(parsed.peer()).isEqualTo(PEER);
        assertThat(parsed.secret()).isEqualTo(ticket.secret());
        assertThat(ticket.text()).matches("cpt1_[A-Za-z0-9_-]+");
    }

    @Test
    void parse_anyPart_saysThatItIsCut() {
        String text = ticket("h", 1).text();

        for (int end = "cpt1_".length(); end < text.length(); end++) {
            String part = text.substring(0, end);
            assertThatThrownBy(() -> Ticket.parse(part))
                    .hasMessage("ticket must be whole, got a part or a changed text; copy all of it again");
        }
    }

    @Test
    void parse_otherText_saysHowOneBegins() {
        assertThatThrownBy(() -> Ticket.parse("hello")).hasMessage("ticket must begin with cpt1_; copy all of it");
    }

    @Test
    void parse_wellSummedButForged_isRefused() {
        String forged = CheckedText.write("cpt1_", "anything".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> Ticket.parse(forged))
                .hasMessage("ticket must be one that an authority has made, got another text");
    }

    @Test
    void parse_hugeText_isRefusedUndecoded() {
        assertThatThrownBy(() -> Ticket.parse("cpt1_" + "A".repeat(1_000_000)))
                .hasMessage("ticket must be at most 512 bytes, got more");
    }

    @Test
    void new_hostThatIsNone_isRefused() {
        assertThatThrownBy(() -> ticket("a b", 1)).hasMessage("host must be a name or an address, got 'a b'");
        assertThatThrownBy(() -> ticket("a", 0)).hasMessage("port must be 1 to 65535, got 0");
    }

    @Test
    void text_longestOfAll_fits() throws Exception {
        String longest = "n".repeat(63);
        Ticket ticket = new Ticket(
                "h".repeat(253), 1, new Peer(longest, Role.NODE, longest), Instant.EPOCH, new byte[32], new byte[32]);

        assertThat(Ticket.parse(ticket.text()).host()).hasSize(253);
    }
}
