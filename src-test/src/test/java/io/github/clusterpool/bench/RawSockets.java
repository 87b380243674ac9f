package io.github.clusterpool.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The same bytes over some loopback sockets at the same time: what a broadcast stands on. */
final class RawSockets {
    private RawSockets() {}

    /** Returns when all are through. */
    static Object send(byte[] bytes, int sockets) {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, sockets, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < sockets; i++) {
                Socket out = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket in = server.accept();
                ends.add(thread(() -> write(bytes, out)));
                ends.add(thread(() -> read(bytes.length, in)));
            }
            ends.forEach(CompletableFuture::join);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ends.size();
    }

    private static CompletableFuture<Void> thread(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    task.run();
                    done.complete(null);
                })
                .start();
        return done;
    }

    private static void write(byte[] bytes, Socket socket) {
        try (socket;
                OutputStream out = socket.getOutputStream()) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(int size, Socket socket) {
        try (socket;
                InputStream in = socket.getInputStream()) {
            if (in.readNBytes(new byte[size], 0, size) != size) {
                throw new IllegalStateException("the socket must bring all bytes");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
