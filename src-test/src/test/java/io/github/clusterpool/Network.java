package io.github.clusterpool;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of its own for a test: hosts 1 to n in network namespaces, this JVM as host 0, and a switch between them, in a
 * namespace as well, where ways are cut and slowed down. Nothing is left of it once it is closed.
 */
final class Network implements AutoCloseable {
    private static final int SECONDS = 20;

    private final String prefix = "cp" + ProcessHandle.current().pid();
    private final String subnet = "10.213." + ProcessHandle.current().pid() % 254 + ".";
    private final int hosts;

    private Network(int hosts) {
        this.hosts = hosts;
    }

    /** Ends the test as skipped, with the reason, where such a network cannot be made. */
    static Network of(int hosts) {
        Network network = new Network(hosts);
        try {
            removeThoseOfDeadJvms();
            run("ip", "netns", "add", network.sw());
            network.inSwitch("nft", "add", "table", "bridge", "ways");
        } catch (IOException e) {
            network.close();
            return abort("skipped: network namespaces need root, ip and nft (packages iproute2 and nftables), got "
                    + e.getMessage());
        }
        try {
            network.make();
            return network;
        } catch (IOException e) {
            network.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Of tests that were killed. */
    private static void removeThoseOfDeadJvms() throws IOException {
        Matcher names = Pattern.compile("(?m)^cp(\\d+)(sw|n\\d+)\\b").matcher(run("ip", "netns", "list"));
        while (names.find()) {
            if (ProcessHandle.of(Long.parseLong(names.group(1))).isEmpty()) {
                remove("ip", "netns", "delete", names.group());
            }
        }
    }

    private void make() throws IOException {
        inSwitch("ip", "link", "add", "br0", "type", "bridge");
        inSwitch("ip", "link", "set", "br0", "up");
        for (int host = 0; host <= hosts; host++) {
            plug(host);
        }
        inSwitch("nft", "add", "chain", "bridge", "ways", "rules", "{ type filter hook forward priority 0 ; }");
    }

    private void plug(int host) throws IOException {
        String link = prefix + "h" + host;
        run("ip", "link", "add", link, "type", "veth", "peer", "name", "p" + host, "netns", sw());
        inSwitch("ip", "link", "set", "p" + host, "master", "br0", "up");
        if (host == 0) {
            run("ip", "address", "add", address(0) + "/24", "dev", link);
            run("ip", "link", "set", link, "up");
            return;
        }
        run("ip", "netns", "add", namespace(host));
        run("ip", "link", "set", link, "netns", namespace(host));
        run("ip", "-n", namespace(host), "address", "add", address(host) + "/24", "dev", link);
        run("ip", "-n", namespace(host), "link", "set", link, "up");
        run("ip", "-n", namespace(host), "link", "set", "lo", "up");
    }

    private String sw() {
        return prefix + "sw";
    }

    private String namespace(int host) {
        return prefix + "n" + host;
    }

    String address(int host) {
        return subnet + (host + 1);
    }

    /** The same command on that host. */
    ProcessBuilder on(int host, ProcessBuilder command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace(host)));
        line.addAll(command.command());
        return command.command(line);
    }

    /** Nothing gets from one to the other, either way. */
    void cut(int one, int other) throws IOException {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /** Nothing gets from that host to anybody, nor to it. */
    void cutOff(int host) throws IOException {
        rule("iifname", "p" + host, "drop");
        rule("oifname", "p" + host, "drop");
    }

    void cutOneWay(int from, int to) throws IOException {
        rule("iifname", "p" + from, "oifname", "p" + to, "drop");
    }

    /** So many of a hundred packets to that host do not arrive. */
    void lose(int host, int percent) throws IOException {
        rule("oifname", "p" + host, "numgen", "random", "mod", "100", "<", "" + percent, "drop");
    }

    private void rule(String... rule) throws IOException {
        List<String> line = new ArrayList<>(List.of("nft", "add", "rule", "bridge", "ways", "rules"));
        line.addAll(List.of(rule));
        inSwitch(line.toArray(String[]::new));
    }

    /** What goes to that host waits in a queue that lets so much through. */
    void slow(int host, String rate) throws IOException {
        inSwitch(
                "tc",
                "qdisc",
                "add",
                "dev",
                "p" + host,
                "root",
                "tbf",
                "rate",
                rate,
                "burst",
                "16kb",
                "latency",
                "400ms");
    }

    void heal() throws IOException {
        inSwitch("nft", "flush", "chain", "bridge", "ways", "rules");
    }

    void speedUp(int host) throws IOException {
        inSwitch("tc", "qdisc", "del", "dev", "p" + host, "root");
    }

    private void inSwitch(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", sw()));
        line.addAll(List.of(command));
        run(line.toArray(String[]::new));
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The links go with their namespaces. */
    @Override
    public void close() {
        for (int host = 1; host <= hosts; host++) {
            remove("ip", "netns", "delete", namespace(host));
        }
        remove("ip", "link", "delete", prefix + "h0");
        remove("ip", "netns", "delete", sw());
    }

    private static void remove(String... command) {
        try {
            run(command);
        } catch (IOException e) {
            System.out.println("not removed, as it was perhaps not made: " + e.getMessage());
        }
    }
}
