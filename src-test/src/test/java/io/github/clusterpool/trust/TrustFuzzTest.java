package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;

/** Bytes that were tampered with give the one clear error, or what is harmless; never another exception. */
class TrustFuzzTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final KeyPair AUTHORITY_KEYS = Keys.make();
    private static final KeyPair KEYS = Keys.make();
    private static final X509Certificate AUTHORITY =
            Certificates.ofAuthority(AUTHORITY_KEYS, "farm", NOW, Duration.ofDays(3));
    private static final Peer PEER = new Peer("farm", Role.NODE, "n");
    private static final X509Certificate MEMBER = Certificates.ofMember(
            AUTHORITY_KEYS.getPrivate(), AUTHORITY, KEYS.getPublic(), PEER, NOW, Duration.ofDays(1));
    private static final Ticket TICKET = new Ticket("host", 1, PEER, NOW, new byte[32], Keys.randomBytes(32));
    private static final Credentials CREDENTIALS = new Credentials(KEYS.getPrivate(), MEMBER, AUTHORITY);
    private static final TrustRules RULES =
            TrustRules.of(AUTHORITY, EnumSet.allOf(Role.class), Clock.fixed(NOW, java.time.ZoneOffset.UTC));

    /** One to four bytes changed, or some cut out, doubled or put in. */
    private static byte[] tampered(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> changed = Arrays.copyOf(changed, random.nextInt(changed.length + 20));
            case 1 -> {
                int from = random.nextInt(changed.length);
                int length = random.nextInt(changed.length - from);
                System.arraycopy(changed, from, changed, random.nextInt(changed.length - length), length);
            }
            default -> {
                for (int i = 0; i <= random.nextInt(4); i++) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return changed;
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void ticket_tampered_isATicketOrRefused(@ForAll long seed) throws Exception {
        byte[] bytes = CheckedText.read("ticket", "cpt1_", TICKET.text(), 512);

        try {
            assertThat(Ticket.parse(CheckedText.write("cpt1_", tampered(bytes, new Random(seed))))
                            .port())
                    .isPositive();
        } catch (TrustException e) {
            assertThat(e.refusal()).isEqualTo(Refusal.MALFORMED);
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void ticketText_tampered_isRefused(@ForAll long seed) {
        byte[] text = TICKET.text().getBytes(StandardCharsets.US_ASCII);
        byte[] changed = tampered(text, new Random(seed));

        try {
            Ticket parsed = Ticket.parse(new String(changed, StandardCharsets.ISO_8859_1));
            assertThat(parsed.text()).isEqualTo(TICKET.text());
        } catch (TrustException e) {
            assertThat(e.refusal()).isIn(Refusal.MALFORMED, Refusal.DAMAGED);
        }
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void credentials_tampered_areTheSameOrRefused(@ForAll long seed) throws Exception {
        byte[] bytes = CheckedText.read("credentials", "cpc1_", CREDENTIALS.line(), 32 * 1024);

        try {
            Credentials parsed = Credentials.parse(CheckedText.write("cpc1_", tampered(bytes, new Random(seed))));
            assertThat(parsed.peer()).isEqualTo(PEER);
        } catch (TrustException e) {
            assertThat(e.refusal()).isIn(Refusal.MALFORMED, Refusal.BAD_CERTIFICATE, Refusal.OTHER_CLUSTER);
        }
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void request_tampered_provesNothing(@ForAll long seed) {
        byte[] request = JoinRequest.write(TICKET, Role.NODE, KEYS);
        byte[] changed = tampered(request, new Random(seed));

        try {
            JoinRequest read = JoinRequest.read(new DataInputStream(new ByteArrayInputStream(changed)));
            read.provenKey();
            assertThat(changed).startsWith(request); // only bytes after its end may differ
        } catch (IOException e) {
            assertThat(e).isInstanceOfAny(TrustException.class, java.io.EOFException.class);
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void certificate_tampered_isNeverAMembers(@ForAll long seed) throws Exception {
        byte[] changed = tampered(MEMBER.getEncoded(), new Random(seed));

        try {
            X509Certificate read = Certificates.read(changed);
            RULES.check(new X509Certificate[] {read});
            assertThat(read.getTBSCertificate()).isEqualTo(MEMBER.getTBSCertificate());
        } catch (TrustException e) {
            assertThat(e.refusal()).isEqualTo(Refusal.MALFORMED);
        } catch (TrustRules.NotAMember e) {
            assertThat(e.refusal).isNotNull();
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void publicKey_randomPoint_isRefused(@ForAll @Size(64) byte[] point) {
        byte[] encoded = KEYS.getPublic().getEncoded();
        System.arraycopy(point, 0, encoded, encoded.length - 64, 64);

        assertThatThrownBy(() -> Keys.readPublic(encoded))
                .isInstanceOf(TrustException.class)
                .hasMessage("public key must be a point of EC P-256");
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void texts_anyAtAll_areRefused(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Peer.parse(text)).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> Ticket.parse("cpt1_" + text)).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> Pem.read("x", bytes, Pem.CERTIFICATE)).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> Certificates.read(bytes)).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> Keys.readPrivate(bytes)).isInstanceOf(TrustException.class);
    }
}
