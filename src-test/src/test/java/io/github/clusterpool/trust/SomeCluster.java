package io.github.clusterpool.trust;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** An authority with all that belongs to it, in a folder of its own. */
final class SomeCluster implements Closeable {
    static final Set<Role> ALL = EnumSet.allOf(Role.class);
    static final Duration DAY = Duration.ofDays(1);
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Pattern WHAT = Pattern.compile("\"what\":\"([^\"]*)\"");

    final SomeClock clock = new SomeClock();
    final Path folder;
    final Authority authority;
    final AuditLog audit;
    TicketOffice office;

    SomeCluster(Path folder) throws IOException {
        this(folder, "farm");
    }

    SomeCluster(Path folder, String name) throws IOException {
        this.folder = folder;
        this.authority = Authority.open(folder, name, clock);
        this.audit = AuditLog.open(auditFile(), clock);
        this.office = office();
    }

    final Path auditFile() {
        return folder.resolve("audit.jsonl");
    }

    final Path ticketFile() {
        return folder.resolve("tickets");
    }

    private TicketOffice office() throws IOException {
        return TicketOffice.open(ticketFile(), authority, audit, clock);
    }

    void restartOffice() throws IOException {
        office.close();
        office = office();
    }

    Credentials node(String name) {
        return authority.issue(Role.NODE, name, DAY);
    }

    Enrolment enrolment(Door.Limits limits) throws IOException {
        return Enrolment.open(ANY_PORT, authority, node("first"), office, audit, DAY, limits, clock);
    }

    Ticket ticket(int port, Role role, String name) throws IOException {
        return office.issue("127.0.0.1", port, role, name, Duration.ofMinutes(10));
    }

    List<String> audited() {
        try {
            return Files.readAllLines(auditFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the lines are about, in order. */
    List<String> kinds() {
        return audited().stream()
                .map(line ->
                        WHAT.matcher(line).results().findFirst().orElseThrow().group(1))
                .toList();
    }

    @Override
    public void close() throws IOException {
        office.close();
        audit.close();
    }
}
