package io.github.clusterpool.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Answers {@code GET /alive} and {@code GET /ready} for whoever looks after this process. */
final class Health implements AutoCloseable {
    /** For those who send slowly, or nothing; more are turned away. */
    private static final int MOST_AT_ONCE = 64;

    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService threads;

    private Health(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens.
     *
     * @param where {@code PORT} on the loopback address, or {@code HOST:PORT}
     */
    static Health open(String where, BooleanSupplier ready) throws IOException {
        System.setProperty("sun.net.httpserver.maxReqTime", "5"); // seconds; has no other way in
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
        HttpServer server = HttpServer.create(address(where), BACKLOG);
        ExecutorService threads =
                new ThreadPoolExecutor(0, MOST_AT_ONCE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Health::thread);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, 404, "not found; /alive and /ready are here"));
        server.createContext("/alive", exchange -> answer(exchange, 200, "alive"));
        server.createContext("/ready", exchange -> {
            boolean is = ready.getAsBoolean();
            answer(exchange, is ? 200 : 503, is ? "ready" : "not ready: it joins or drains");
        });
        server.start();
        return new Health(server, threads);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "clusterpool-health");
        thread.setDaemon(true);
        return thread;
    }

    private static InetSocketAddress address(String where) throws IOException {
        int colon = where.lastIndexOf(':');
        int port = Integer.parseInt(where.substring(colon + 1));
        return colon < 0
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : new InetSocketAddress(InetAddress.getByName(where.substring(0, colon)), port);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = (text + "\n").getBytes(StandardCharsets.US_ASCII);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=us-ascii");
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
