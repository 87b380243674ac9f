package io.github.clusterpool.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on loopback that takes 20 ms for each of its files, however many are asked for at a time. */
record SlowServer(HttpServer http, ExecutorService threads) implements AutoCloseable {
    private static final int DELAY_MILLIS = 20;
    private static final int FILE_BYTES = 4096;

    static SlowServer start() throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // or each answer waits 40 ms for an ACK
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SlowServer server = new SlowServer(http, Executors.newCachedThreadPool());
        http.createContext("/", SlowServer::answer);
        http.setExecutor(server.threads());
        http.start();
        return server;
    }

    URI file(int number) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/" + number);
    }

    /** The bytes of a file, which follow from its number. */
    static byte[] content(int number) {
        byte[] bytes = new byte[FILE_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Thread.sleep(DELAY_MILLIS);
            byte[] body =
                    content(Integer.parseInt(exchange.getRequestURI().getPath().substring(1)));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server closes
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
