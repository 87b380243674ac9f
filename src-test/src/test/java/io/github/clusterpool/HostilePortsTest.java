package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes of strangers on every port of a node that works: for members, for tickets, for health. Blobs and code have no port
 * of their own; worker JVMs' is tried in {@code EndpointTest}.
 */
@Tag("nodes")
class HostilePortsTest {
    private static final int JUNK = 100_000;
    private static final int HEAP_GROWTH = 24 * 1024 * 1024;
    private static final int SILENT = 40;
    private static final Pattern HEALTH = Pattern.compile("health:.*:(\\d+)/ready");

    @TempDir
    Path folder;

    private NodeJvm node;
    private final List<Socket> silent = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Socket each : silent) {
            each.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private Path home() {
        return folder.resolve("home");
    }

    private PoolConfig config(String security) {
        return LivePool.config("""
                name = hostile, placement = cluster, security = %s
                lease { heartbeat = 250ms, suspect = 5s, lost = 60s }
                cluster { home = "%s", start-timeout = %ds }
                """.formatted(security, home(), Patience.much().toSeconds()))
                .workers(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "none"})
    void ports_junkOfAllKinds_fillNeitherLogNorHeapAndTheWorkGoesOn(String security) throws Exception {
        node = NodeJvm.start(home(), "--workers", "2", "--name", "target", "--security", security, "--health", "0");
        AtomicBoolean over = new AtomicBoolean();
        try (Pool pool = Pool.open(config(security))) {
            pool.resize(2).join(Patience.much());
            long heap = heap(pool);
            CompletableFuture<Integer> work = CompletableFuture.supplyAsync(() -> jobsUntil(over, pool));

            for (InetSocketAddress port : ports()) {
                long before = logged();
                keepSilent(port);
                for (byte[] junk : kinds()) {
                    send(port, junk);
                }
                assertThat(logged() - before)
                        .as("bytes of log for junk at " + port)
                        .isLessThan(JUNK);
            }
            over.set(true);

            assertThat(work.get(Patience.much().toSeconds(), TimeUnit.SECONDS)).isPositive();
            assertThat(heap(pool) - heap).isLessThan(HEAP_GROWTH);
            assertThat(pool.status().workers())
                    .extracting(WorkerStatus::restarts)
                    .containsOnly(0);
        }
    }

    private List<InetSocketAddress> ports() throws IOException {
        List<InetSocketAddress> ports = new ArrayList<>();
        for (String word : Files.readString(home().resolve("address")).trim().split(" ", -1)) {
            if (!word.equals("-")) {
                ports.add(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(word.substring(word.indexOf(':') + 1))));
            }
        }
        Patience.await()
                .until(() -> node.said().stream()
                        .anyMatch(line -> HEALTH.matcher(line).find()));
        Matcher health = HEALTH.matcher(String.join("\n", node.said()));
        assertThat(health.find()).isTrue();
        ports.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(health.group(1))));
        return ports;
    }

    /** On its standard error and in the audit log. */
    private long logged() throws IOException {
        Path audit = home().resolve("audit.jsonl");
        return node.said().stream().mapToLong(line -> line.length() + 1L).sum()
                + (Files.exists(audit) ? Files.size(audit) : 0);
    }

    private static long heap(Pool pool) {
        return pool
                .call(() -> {
                    System.gc();
                    return Runtime.getRuntime().totalMemory()
                            - Runtime.getRuntime().freeMemory();
                })
                .join(Patience.much())
                .stream()
                .mapToLong(Long::longValue)
                .min()
                .orElseThrow();
    }

    private static int jobsUntil(AtomicBoolean over, Pool pool) {
        int jobs = 0;
        while (!over.get()) {
            assertThat(pool.lapply(List.of(1, 2, 3), i -> i * i).join(Patience.much()))
                    .containsExactly(1, 4, 9);
            jobs++;
        }
        return jobs;
    }

    /** They send a byte, and no more for as long as the test goes on. */
    private void keepSilent(InetSocketAddress port) throws IOException {
        for (int i = 0; i < SILENT; i++) {
            Socket socket = new Socket(port.getAddress(), port.getPort());
            socket.getOutputStream().write(0x16);
            silent.add(socket);
        }
    }

    /** In many connections, so that each may have a line of its own. */
    private static void send(InetSocketAddress port, byte[] junk) throws IOException {
        int kinds = 9;
        int times = Math.max(1, JUNK / kinds / junk.length);
        for (int i = 0; i < times; i++) {
            try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
                socket.setSoTimeout(1); // whoever waits for more bytes is let wait
                socket.getOutputStream().write(junk);
                socket.shutdownOutput();
                socket.getInputStream().read(new byte[64]);
            } catch (SocketTimeoutException | SocketException e) {
                assertThat(e.getMessage()).isNotNull(); // closed in the middle, as it should be
            }
        }
    }

    private static List<byte[]> kinds() throws IOException {
        byte[] random = new byte[200];
        new Random(7).nextBytes(random);
        byte[] nested = new byte[5_000];
        Arrays.fill(nested, (byte) 0x81); // CBOR: an array of one array of one array …
        byte[] forged = ByteBuffer.allocate(64)
                .putShort((short) 0xaced) // a stream of Java's serialization
                .putShort((short) 5)
                .put((byte) 0x73)
                .put("r javax.management.BadAttributeValueExpException".getBytes(StandardCharsets.US_ASCII))
                .array();
        return List.of(
                random,
                "GET /ready HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII),
                ("GET /" + "x".repeat(500) + " HTTP/9.9\r\n" + "A: b\r\n".repeat(300))
                        .getBytes(StandardCharsets.US_ASCII),
                new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00}, // half of a TLS greeting
                new byte[] {0x16, 0x03, 0x03, (byte) 0xff, (byte) 0xff, 0x01, 0x7f, (byte) 0xff, (byte) 0xff},
                artery(Integer.MAX_VALUE, new byte[50]), // a length that lies
                artery(nested.length, nested),
                artery(64, forged),
                bomb());
    }

    /** As members speak it where they do without TLS. */
    private static byte[] artery(int length, byte[] frame) {
        return ByteBuffer.allocate(9 + frame.length)
                .put("AKKA".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 2)
                .putInt(Integer.reverseBytes(length))
                .put(frame)
                .array();
    }

    /** 16 MB of zeros. */
    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(new byte[16 * 1024 * 1024]);
        }
        return artery(bytes.size(), bytes.toByteArray());
    }
}
