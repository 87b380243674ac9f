package io.github.clusterpool.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs of a peer: each prints a line when it serves, and ends with its input. */
final class Members {
    static final String READY = "ready";
    private static final int MOST = 4;

    private final List<Process> processes = new ArrayList<>();

    /** How many processes {@code workers} workers share, and each how many threads. */
    static int processes(int workers) {
        return Math.min(workers, MOST);
    }

    static int threads(int workers) {
        return (workers + MOST - 1) / MOST;
    }

    /** Starts them at the same time, {@code main} being told all ports, its own first, and the threads it shall have. */
    List<Integer> start(Class<?> main, int workers, List<String> options) throws IOException {
        List<Integer> ports = freePorts(processes(workers));
        for (int port : ports) {
            List<String> line = new ArrayList<>();
            line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            line.add("-Xmx1g");
            line.addAll(options);
            line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
            line.addAll(List.of("" + port, "" + threads(workers)));
            ports.forEach(other -> line.add(other.toString()));
            processes.add(new ProcessBuilder(line)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        for (Process process : processes) {
            awaitReady(process);
        }
        return ports;
    }

    private static void awaitReady(Process process) throws IOException {
        var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.equals(READY)) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("a member has ended before it was ready");
        }
        Thread drain = new Thread(() -> said.lines().forEach(System.err::println));
        drain.setDaemon(true);
        drain.start();
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        processes.clear();
    }

    /** For the member itself. */
    static void serveUntilInputEnds() throws IOException {
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // until its owner ends
        }
        Runtime.getRuntime().halt(0);
    }
}
