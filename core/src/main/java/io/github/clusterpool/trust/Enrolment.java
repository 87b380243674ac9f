package io.github.clusterpool.trust;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLSocket;

/**
 * Where members join: a door of the authority's that takes a ticket and a key, and gives a certificate for the name and role
 * that the ticket says, whatever else is asked for.
 */
public final class Enrolment implements AutoCloseable {
    private static final int ACCEPTED = 0;
    private static final int REFUSED = 1;

    private final Authority authority;
    private final TicketOffice office;
    private final AuditLog audit;
    private final Duration validity;
    private final Door door;

    private Enrolment(
            InetSocketAddress address,
            Authority authority,
            Credentials server,
            TicketOffice office,
            AuditLog audit,
            Duration validity,
            Door.Limits limits,
            Clock clock)
            throws IOException {
        this.authority = authority;
        this.office = office;
        this.audit = audit;
        this.validity = validity;
        this.door = Door.open(address, Tls.oneSided(server, clock), limits, audit, this::receive);
    }

    /**
     * Begins to listen.
     *
     * @param address port 0 is one of the system's choice
     * @param server of the node that holds the authority
     * @param validity of the certificates that joiners get
     */
    public static Enrolment open(
            InetSocketAddress address,
            Authority authority,
            Credentials server,
            TicketOffice office,
            AuditLog audit,
            Duration validity,
            Door.Limits limits,
            Clock clock)
            throws IOException {
        return new Enrolment(address, authority, server, office, audit, validity, limits, clock);
    }

    public int port() {
        return door.port();
    }

    private void receive(Guest guest) throws IOException {
        JoinRequest request =
                JoinRequest.read(new DataInputStream(guest.socket().getInputStream()));
        try {
            answer(guest, enrol(guest, request));
        } catch (TrustException e) {
            refuse(guest, e.refusal());
            throw e;
        } catch (IOException | RuntimeException e) {
            refuse(guest, Refusal.FAILED);
            throw new TrustException(Refusal.FAILED, "authority could not sign: " + Shown.text(e), e);
        }
    }

    /** First the ticket, then the key, then the ticket is used up: who has none gets nothing looked at. */
    private X509Certificate enrol(Guest guest, JoinRequest request) throws IOException {
        office.check(request.secret(), request.role());
        PublicKey key = request.provenKey();
        Peer peer = office.redeem(request.secret(), request.role());
        X509Certificate certificate = authority.sign(key, peer, validity);
        audit.write(
                "member-joined",
                guest.who(),
                "done",
                peer.uri() + " serial " + certificate.getSerialNumber().toString(16) + " until "
                        + certificate.getNotAfter().toInstant());
        return certificate;
    }

    private void answer(Guest guest, X509Certificate certificate) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(ACCEPTED);
        for (X509Certificate each : new X509Certificate[] {certificate, authority.certificate()}) {
            byte[] encoded = Certificates.encoded(each);
            out.writeShort(encoded.length);
            out.write(encoded);
        }
        guest.socket().getOutputStream().write(bytes.toByteArray());
    }

    private static void refuse(Guest guest, Refusal refusal) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(REFUSED);
        out.writeUTF(refusal.word());
        guest.socket().getOutputStream().write(bytes.toByteArray());
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    /**
     * Joins: makes a key, which does not leave this JVM, and has it signed. Trusts nobody but the authority that the ticket
     * names.
     *
     * @param role what the caller is about to be; the ticket must be for that
     * @param patience for all of it
     * @throws TrustException if the authority refuses, or is not the ticket's, or is not to be reached
     */
    public static Credentials join(Ticket ticket, Role role, Duration patience, Clock clock) throws IOException {
        if (ticket.peer().role() != role) {
            throw new TrustException(
                    Refusal.OTHER_ROLE,
                    "ticket must be for a " + role.word() + ", got one for a "
                            + ticket.peer().role().word());
        }
        Socket plain = new Socket();
        try (Deadline deadline = new Deadline(plain, patience)) {
            try {
                return join(ticket, role, plain, clock);
            } catch (IOException e) {
                throw explained(ticket, deadline.explain(e, patience));
            } finally {
                Sockets.drop(plain);
            }
        }
    }

    private static Credentials join(Ticket ticket, Role role, Socket plain, Clock clock) throws IOException {
        KeyPair keys = Keys.make();
        Tls tls = Tls.pinned(ticket.pinBytes(), Set.of(Role.NODE), clock);
        SSLSocket socket = tls.connect(plain, new InetSocketAddress(ticket.host(), ticket.port()));
        socket.getOutputStream().write(JoinRequest.write(ticket, role, keys));
        return read(ticket, keys, new DataInputStream(socket.getInputStream()));
    }

    private static IOException explained(Ticket ticket, IOException error) {
        return error instanceof TrustException
                ? error
                : new TrustException(
                        error instanceof SocketTimeoutException ? Refusal.TOO_SLOW : Refusals.of(error),
                        "cannot join " + ticket + ": " + Shown.text(error),
                        error);
    }

    private static Credentials read(Ticket ticket, KeyPair keys, DataInputStream in) throws IOException {
        int status = in.readUnsignedByte();
        if (status == REFUSED) {
            throw refused(ticket, in.readUTF());
        }
        X509Certificate certificate = certificate(in);
        X509Certificate authority = certificate(in);
        Credentials credentials = Credentials.checked(keys.getPrivate(), certificate, authority);
        if (status != ACCEPTED
                || !credentials.pin().equals(ticket.pin())
                || !credentials.peer().equals(ticket.peer())) {
            throw new TrustException(
                    Refusal.BAD_CERTIFICATE,
                    "authority must sign what the ticket says, " + ticket + ", got " + credentials);
        }
        return credentials;
    }

    private static X509Certificate certificate(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length > Certificates.MAX_BYTES) {
            throw new TrustException(
                    Refusal.MALFORMED,
                    "certificate must be at most " + Certificates.MAX_BYTES + " bytes, got " + length);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return Certificates.read(bytes);
    }

    private static TrustException refused(Ticket ticket, String word) {
        Refusal refusal = Refusal.FAILED;
        for (Refusal each : Refusal.values()) {
            refusal = each.word().equals(word) ? each : refusal;
        }
        return new TrustException(
                refusal,
                "authority at " + ticket.host() + ":" + ticket.port() + " refused the ticket for " + ticket.peer()
                        + ": " + Shown.text(word) + "; ask for a new one");
    }
}
