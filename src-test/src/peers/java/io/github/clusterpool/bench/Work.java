package io.github.clusterpool.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URL;
import java.util.concurrent.Callable;

/**
 * One task, the same for all.
 *
 * @param amount of milliseconds, or the port to download from
 */
record Work(Kind kind, int amount) implements Callable<Integer>, Serializable {
    enum Kind {
        NOTHING,
        SLEEP,
        SPIN,
        DOWNLOAD
    }

    static final Work NOTHING = new Work(Kind.NOTHING, 0);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int SPIN_BETWEEN_LOOKS = 1_000;

    @Override
    public Integer call() throws IOException, InterruptedException {
        switch (kind) {
            case NOTHING -> {}
            case SLEEP -> Thread.sleep(amount);
            case SPIN -> spin();
            case DOWNLOAD -> download();
        }
        return amount;
    }

    /** Takes that much of a processor's time, however many others want it. */
    private void spin() {
        long end = THREADS.getCurrentThreadCpuTime() + amount * 1_000_000L;
        while (THREADS.getCurrentThreadCpuTime() < end) {
            for (int i = 0; i < SPIN_BETWEEN_LOOKS; i++) {
                Thread.onSpinWait();
            }
        }
    }

    private void download() throws IOException {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        var connection = (HttpURLConnection) new URL("http", host, amount, "/").openConnection();
        try (InputStream body = connection.getInputStream()) {
            int size = body.readAllBytes().length;
            if (size != FileServer.BYTES) {
                throw new IOException("a download must be of " + FileServer.BYTES + " bytes, got " + size);
            }
        }
    }
}
