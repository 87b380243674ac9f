package io.github.clusterpool.bench;

import java.util.List;

/** What the loopback alone needs for bytes. */
final class BareSockets implements Contestant {
    private int sockets;

    @Override
    public void open(int workers) {
        sockets = workers;
    }

    @Override
    public void export(byte[] bytes) {
        RawSockets.send(bytes, sockets);
    }
}
