package io.github.clusterpool;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Authority;
import io.github.clusterpool.trust.Credentials;
import io.github.clusterpool.trust.Enrolment;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.Ticket;
import io.github.clusterpool.trust.TicketOffice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The folder with what this user and machine have of a cluster: its authority or a member's credentials, and the audit log. */
final class ClusterHome {
    /** Of members' certificates. */
    static final Duration VALIDITY = Duration.ofDays(365);

    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(20);
    private static final String MEMBERS = "members";
    private static final int LONGEST_NAME = 40;

    private final ClusterConfig cluster;
    private final Clock clock = Clock.systemUTC();

    ClusterHome(ClusterConfig cluster) {
        this.cluster = cluster;
    }

    /** Below the user's folder for data. */
    static Path byDefault() {
        String data = System.getenv("XDG_DATA_HOME");
        boolean isWindows = System.getProperty("os.name").startsWith("Windows");
        Path base = data != null && !data.isEmpty()
                ? Path.of(data)
                : isWindows && System.getenv("LOCALAPPDATA") != null
                        ? Path.of(System.getenv("LOCALAPPDATA"))
                        : Path.of(System.getProperty("user.home"), ".local", "share");
        return base.resolve("clusterpool");
    }

    /** This machine's name and this JVM's number, unless the configuration has another. */
    static String ownName(ClusterConfig cluster) {
        if (!cluster.nodeName().isEmpty()) {
            return cluster.nodeName();
        }
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9]+", "-");
        } catch (UnknownHostException e) {
            host = "node";
        }
        host = host.substring(0, Math.min(LONGEST_NAME, host.length())).replaceAll("^-+|-+$", "");
        return (host.isEmpty() ? "node" : host) + "-" + ProcessHandle.current().pid();
    }

    Path folder() {
        return cluster.home();
    }

    boolean hasAuthority() {
        return Files.exists(cluster.home().resolve(Authority.FILE));
    }

    /** Finds the cluster's authority here, or makes it. */
    Authority authority() throws IOException {
        return Authority.open(cluster.home(), cluster.name(), clock);
    }

    AuditLog audit() throws IOException {
        return AuditLog.open(cluster.home().resolve("audit.jsonl"), clock);
    }

    TicketOffice tickets(Authority authority, AuditLog audit) throws IOException {
        return TicketOffice.open(cluster.home().resolve("tickets"), authority, audit, clock);
    }

    /** What this JVM proves itself by; null if there is nothing here. */
    @Nullable
    Credentials credentials(Role role) throws IOException {
        if (hasAuthority()) {
            return authority().issue(role, ownName(cluster), VALIDITY);
        }
        for (Role each : List.of(role, Role.NODE)) {
            if (Files.exists(file(each))) {
                return Credentials.load(file(each));
            }
        }
        return null;
    }

    private Path file(Role role) {
        return cluster.home().resolve(role.name().toLowerCase(Locale.ROOT) + ".pem");
    }

    /** Takes a ticket to the cluster's authority, and keeps here what that gives for it. */
    Credentials enrol(Ticket ticket) throws IOException {
        Credentials credentials = Enrolment.join(ticket, ticket.peer().role(), JOIN_PATIENCE, clock);
        makeFolder();
        credentials.save(file(ticket.peer().role()));
        return credentials;
    }

    private void makeFolder() throws IOException {
        if (!Files.exists(cluster.home())) {
            Files.createDirectories(cluster.home());
            if (Files.getFileStore(cluster.home()).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(cluster.home(), PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    /** The nodes of the cluster as far as they were known last, so that a node that starts again finds them. */
    List<String> members() throws IOException {
        Path file = cluster.home().resolve(MEMBERS);
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.US_ASCII) : List.of();
    }

    void writeMembers(Collection<String> addresses) throws IOException {
        write(MEMBERS, String.join("\n", addresses) + (addresses.isEmpty() ? "" : "\n"));
    }

    private void write(String name, String text) throws IOException {
        makeFolder();
        Path draft = cluster.home().resolve(name + "." + ProcessHandle.current().pid());
        Files.writeString(draft, text, StandardCharsets.US_ASCII);
        Files.move(draft, cluster.home().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Where the cluster's first node is reached, for others on this machine; and where its authority is. */
    record Addresses(String node, String enrolment) {}

    void write(Addresses addresses) throws IOException {
        write("address", addresses.node() + " " + addresses.enrolment() + "\n");
    }

    @Nullable
    Addresses addresses() throws IOException {
        Path file = cluster.home().resolve("address");
        if (!Files.exists(file)) {
            return null;
        }
        String[] words =
                Files.readString(file, StandardCharsets.US_ASCII).trim().split(" ", -1);
        return words.length == 2 ? new Addresses(words[0], words[1]) : null;
    }
}
