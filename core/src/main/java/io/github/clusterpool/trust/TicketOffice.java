package io.github.clusterpool.trust;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Issues tickets and takes each back once. It keeps a hash of each secret in a file, never the secret, so that a restart
 * makes none valid again; another process on the authority's machine may issue tickets that this one takes. Thread-safe.
 */
public final class TicketOffice implements Closeable {
    private record Issued(Peer peer, Instant expires, boolean used) {}

    private static final Pattern LINE = Pattern.compile(
            "(issued) ([0-9a-f]{64}) ([a-z]{1,10}) ([A-Za-z0-9._-]{1,63}) ([0-9]{1,11})|(used) ([0-9a-f]{64})");

    private final Path file;
    private final Authority authority;
    private final AuditLog audit;
    private final Clock clock;
    private final Map<String, Issued> tickets = new HashMap<>();
    private final SharedLines lines;

    private TicketOffice(Path file, Authority authority, AuditLog audit, Clock clock) throws IOException {
        this.file = file;
        this.authority = authority;
        this.audit = audit;
        this.clock = clock;
        this.lines = SharedLines.open(file, this::read);
    }

    /**
     * Continues what is in the file, or begins it with permissions 0600.
     *
     * @throws TrustException if others may read the file, or it is damaged
     */
    public static TicketOffice open(Path file, Authority authority, AuditLog audit, Clock clock) throws IOException {
        return new TicketOffice(file, authority, audit, clock);
    }

    private void read(String line) throws TrustException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new TrustException(
                    Refusal.MALFORMED,
                    file + " must hold issued and used tickets, got '" + Shown.text(line)
                            + "'; delete it, which makes all tickets invalid, and issue new ones");
        }
        if (parts.group(1) != null) {
            Peer peer = new Peer(authority.cluster(), Role.of(parts.group(3)), parts.group(4));
            Instant expires = Instant.ofEpochSecond(Long.parseLong(parts.group(5)));
            tickets.put(parts.group(2), new Issued(peer, expires, false));
        } else {
            tickets.computeIfPresent(parts.group(7), (hash, t) -> new Issued(t.peer(), t.expires(), true));
        }
    }

    /**
     * A ticket with which one member can join under that name and in that role, once.
     *
     * @param host where joiners reach the authority's {@link Enrolment}
     * @param lifetime after which it is of no use any more; at least a second
     */
    public Ticket issue(String host, int port, Role role, String name, Duration lifetime) throws IOException {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("lifetime of a ticket must be at least 1s, got " + lifetime);
        }
        Peer peer = new Peer(authority.cluster(), role, name);
        Instant expires = clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
        byte[] secret = Keys.randomBytes(Ticket.SECRET_BYTES);
        Ticket ticket = new Ticket(host, port, peer, expires, Authority.pin(authority.certificate()), secret);
        audit.write("ticket-issued", peer.uri(), "done", "expires " + expires);
        return lines.exclusively(() -> {
            add("issued " + hash(secret) + " " + role.word() + " " + name + " " + expires.getEpochSecond());
            return ticket;
        });
    }

    /** Whether {@link #redeem} would do, which this does not. */
    Peer check(byte[] secret, Role role) throws IOException {
        return lines.exclusively(() -> valid(hash(secret), role).peer());
    }

    /**
     * Takes a ticket back: nobody can join with it any more.
     *
     * @return as whom its bearer may join
     * @throws TrustException if it is unknown, expired, used, or for another role
     */
    Peer redeem(byte[] secret, Role role) throws IOException {
        return lines.exclusively(() -> {
            Issued ticket = valid(hash(secret), role);
            add("used " + hash(secret));
            return ticket.peer();
        });
    }

    private void add(String line) throws IOException {
        lines.append(line);
        read(line);
    }

    private Issued valid(String hash, Role role) throws TrustException {
        Issued ticket = tickets.get(hash);
        if (ticket == null) {
            throw new TrustException(Refusal.UNKNOWN_TICKET, "ticket must be one that this authority has issued");
        }
        if (ticket.used()) {
            throw new TrustException(
                    Refusal.USED_TICKET, "ticket for " + ticket.peer() + " must be new, it has been used");
        }
        if (!clock.instant().isBefore(ticket.expires())) {
            throw new TrustException(
                    Refusal.EXPIRED_TICKET,
                    "ticket for " + ticket.peer() + " must be valid now, it expired at " + ticket.expires());
        }
        if (ticket.peer().role() != role) {
            throw new TrustException(
                    Refusal.OTHER_ROLE,
                    "ticket for " + ticket.peer() + " must be used by a "
                            + ticket.peer().role().word() + ", got a " + role.word());
        }
        return ticket;
    }

    private static String hash(byte[] secret) {
        return HexFormat.of().formatHex(Keys.sha256(secret));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
