package io.github.clusterpool.bench;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Authority;
import io.github.clusterpool.trust.Credentials;
import io.github.clusterpool.trust.Door;
import io.github.clusterpool.trust.Enrolment;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.Ticket;
import io.github.clusterpool.trust.TicketOffice;
import io.github.clusterpool.trust.Tls;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What it costs to know who is there: authority, joining, handshakes, and TLS 1.3 against plain sockets over loopback. */
final class TrustCosts {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int BULK_BYTES = 200_000_000;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int TRIPS = 20_000;
    private static final int CONNECTIONS = 20;
    private static final int STOP = 0;
    private static final int ECHO = 1;
    private static final int SINK = 2;

    private final Table table;
    private final int rounds;
    private final Clock clock = Clock.systemUTC();
    private int made;

    TrustCosts(Table table, int rounds) {
        this.table = table;
        this.rounds = rounds;
    }

    /** {@code TrustCosts [rounds]}: these figures only. */
    public static void main(String[] args) throws Exception {
        new TrustCosts(new Table(), args.length > 0 ? Integer.parseInt(args[0]) : 9).run();
    }

    void run() throws IOException {
        Path folder = Files.createTempDirectory("trust-costs");
        try (AuditLog audit = AuditLog.open(folder.resolve("audit.jsonl"), clock)) {
            Sample made =
                    Sample.of(rounds, quietly(() -> Authority.open(folder.resolve("a" + this.made++), "bench", clock)));
            table.add("make a cluster's authority", millis(made, 1), "", made);
            Authority authority = Authority.open(folder.resolve("authority"), "bench", clock);
            join(folder, authority, audit);
            talk(authority, audit);
        } finally {
            delete(folder);
        }
    }

    private void join(Path folder, Authority authority, AuditLog audit) throws IOException {
        Credentials first = authority.issue(Role.NODE, "first", DAY);
        try (TicketOffice office = TicketOffice.open(folder.resolve("tickets"), authority, audit, clock);
                Enrolment enrolment =
                        Enrolment.open(ANY_PORT, authority, first, office, audit, DAY, Door.Limits.DEFAULT, clock)) {
            Sample joined = Sample.of(rounds, quietly(() -> {
                Ticket ticket = office.issue("127.0.0.1", enrolment.port(), Role.NODE, "n", DAY);
                return Enrolment.join(ticket, Role.NODE, DAY, clock);
            }));
            table.add("issue a ticket and join with it", millis(joined, 1), "", joined);
        }
    }

    private void talk(Authority authority, AuditLog audit) throws IOException {
        Tls tls = authority.issue(Role.NODE, "n", DAY).tls(EnumSet.allOf(Role.class), clock);
        try (Door door = Door.open(ANY_PORT, tls, Door.Limits.DEFAULT, audit, guest -> {
                    guest.stay();
                    try (Socket socket = guest.socket()) {
                        serve(socket);
                    }
                });
                ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> accept(plain));
            server.start();
            InetSocketAddress plainAddress = new InetSocketAddress(plain.getInetAddress(), plain.getLocalPort());
            InetSocketAddress tlsAddress = new InetSocketAddress(plain.getInetAddress(), door.port());
            Callable<Socket> plainly = () -> {
                Socket socket = new Socket(plainAddress.getAddress(), plainAddress.getPort());
                socket.setTcpNoDelay(true);
                return socket;
            };
            compare(plainly, () -> tls.connect(tlsAddress, DAY));
        }
    }

    private void compare(Callable<Socket> plainly, Callable<Socket> secretly) {
        Sample[] connect =
                Sample.inTurn(rounds, quietly(() -> connections(plainly)), quietly(() -> connections(secretly)));
        table.add("connect and a first round trip, plain", millis(connect[0], CONNECTIONS), "", connect[0]);
        table.add(
                "connect and a first round trip, mutual TLS 1.3",
                millis(connect[1], CONNECTIONS),
                ratio(connect[1], connect[0]) + " times plain",
                connect[1]);
        Sample[] trips = Sample.inTurn(rounds, quietly(() -> trips(plainly)), quietly(() -> trips(secretly)));
        table.add("round trip of 64 bytes, plain", micros(trips[0]), "", trips[0]);
        table.add(
                "round trip of 64 bytes, TLS 1.3",
                micros(trips[1]),
                ratio(trips[1], trips[0]) + " times plain",
                trips[1]);
        Sample[] bulk = Sample.inTurn(rounds, quietly(() -> bulk(plainly)), quietly(() -> bulk(secretly)));
        table.add("bulk over one connection, plain", rate(bulk[0]), "", bulk[0]);
        table.add("bulk over one connection, TLS 1.3", rate(bulk[1]), ratio(bulk[0], bulk[1]) + " of plain", bulk[1]);
    }

    private static Object connections(Callable<Socket> connect) throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket socket = connect.call()) {
                trip(socket, new byte[64]);
            }
        }
        return connect;
    }

    private static Object trips(Callable<Socket> connect) throws Exception {
        try (Socket socket = connect.call()) {
            byte[] message = new byte[64];
            for (int i = 0; i < TRIPS; i++) {
                trip(socket, message);
            }
            return message;
        }
    }

    private static void trip(Socket socket, byte[] message) throws IOException {
        message[0] = ECHO;
        socket.getOutputStream().write(message);
        new DataInputStream(socket.getInputStream()).readFully(message);
    }

    private static Object bulk(Callable<Socket> connect) throws Exception {
        try (Socket socket = connect.call()) {
            OutputStream out = socket.getOutputStream();
            byte[] head = new byte[64];
            head[0] = SINK;
            out.write(head);
            byte[] piece = new byte[PIECE_BYTES];
            for (int sent = 0; sent < BULK_BYTES; sent += PIECE_BYTES) {
                out.write(piece);
            }
            return socket.getInputStream().read(); // when all is there
        }
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                new Thread(() -> {
                            try (socket) {
                                serve(socket);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                        .start();
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] message = new byte[64];
        for (int what = in.read(); what > STOP; what = in.read()) {
            in.readFully(message, 1, 63);
            if (what == SINK) {
                byte[] piece = new byte[PIECE_BYTES];
                for (int got = 0; got < BULK_BYTES; got += PIECE_BYTES) {
                    in.readFully(piece);
                }
                socket.getOutputStream().write(1);
            } else {
                socket.getOutputStream().write(message);
            }
        }
    }

    private static Supplier<?> quietly(Callable<?> task) {
        return () -> {
            try {
                return task.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static String millis(Sample sample, int times) {
        return String.format(Locale.ROOT, "%.2f ms", sample.median() / 1e6 / times);
    }

    private static String micros(Sample sample) {
        return String.format(Locale.ROOT, "%.1f µs", sample.median() / 1e3 / TRIPS);
    }

    private static String rate(Sample sample) {
        return String.format(Locale.ROOT, "%.0f MB/s", BULK_BYTES / (sample.median() / 1e9) / 1e6);
    }

    private static String ratio(Sample sample, Sample baseline) {
        return String.format(Locale.ROOT, "%.2f", sample.median() / baseline.median());
    }
}
