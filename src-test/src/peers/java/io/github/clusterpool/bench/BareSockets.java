package io.github.clusterpool.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** What the loopback alone needs: for bytes one way, and for 64 there and back. */
final class BareSockets implements Contestant {
    private static final byte[] MESSAGE = new byte[64];

    private final List<Socket> sockets = new ArrayList<>();

    @Override
    public boolean open(int workers) throws IOException {
        try (ServerSocket server = new ServerSocket(0, workers, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < workers; i++) {
                Socket here = new Socket(server.getInetAddress(), server.getLocalPort());
                here.setTcpNoDelay(true);
                sockets.add(here);
                Socket there = server.accept();
                there.setTcpNoDelay(true);
                Thread echo = new Thread(() -> echo(there));
                echo.setDaemon(true);
                echo.start();
            }
        }
        return false;
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void work(Work work) throws IOException {
        say(sockets.get(0));
        hear(sockets.get(0));
    }

    @Override
    public void all() throws IOException {
        for (Socket socket : sockets) {
            say(socket);
        }
        for (Socket socket : sockets) {
            hear(socket);
        }
    }

    private static void say(Socket socket) throws IOException {
        socket.getOutputStream().write(MESSAGE);
    }

    private static void hear(Socket socket) throws IOException {
        new DataInputStream(socket.getInputStream()).readFully(new byte[MESSAGE.length]);
    }

    @Override
    public void export(byte[] bytes) {
        RawSockets.send(bytes, sockets.size());
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }
}
