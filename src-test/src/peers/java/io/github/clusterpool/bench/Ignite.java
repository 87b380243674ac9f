package io.github.clusterpool.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/** A client node and its servers, with {@code IgniteCompute}. */
final class Ignite extends Submitting {
    static final List<String> OPTIONS = Stream.of(
                    "java.base/jdk.internal.access",
                    "java.base/jdk.internal.misc",
                    "java.base/sun.nio.ch",
                    "java.base/sun.util.calendar",
                    "java.management/com.sun.jmx.mbeanserver",
                    "jdk.internal.jvmstat/sun.jvmstat.monitor",
                    "java.base/sun.reflect.generics.reflectiveObjects",
                    "jdk.management/com.sun.management.internal",
                    "java.base/java.io",
                    "java.base/java.nio",
                    "java.base/java.net",
                    "java.base/java.util",
                    "java.base/java.util.concurrent",
                    "java.base/java.util.concurrent.locks",
                    "java.base/java.util.concurrent.atomic",
                    "java.base/java.lang",
                    "java.base/java.lang.invoke",
                    "java.base/java.math",
                    "java.sql/java.sql",
                    "java.base/java.time",
                    "java.base/java.text",
                    "java.management/sun.management",
                    "java.desktop/java.awt.font")
            .map(module -> "--add-opens=" + module + "=ALL-UNNAMED")
            .toList();

    /**
     * Ignite's own default is 32 KiB, less than a segment of the loopback once a connection has been busy: then the kernel
     * sends but one window at each tick of its persist timer, 27 KB in 200 ms. The page Network Configuration of Ignite's
     * manual names both properties.
     */
    private static final int SYSTEM_DEFAULT = 0;

    private final Members members = new Members();
    private org.apache.ignite.Ignite client;
    private IgniteCompute compute;

    @Override
    boolean openMembers(int count) throws Exception {
        List<Integer> ports = members.start(Server.class, count, OPTIONS);
        client = Ignition.start(config(ports).setClientMode(true).setIgniteInstanceName("client"));
        compute = client.compute(client.cluster().forServers());
        return true;
    }

    private static IgniteConfiguration config(List<Integer> ports) {
        TcpDiscoveryVmIpFinder finder = new TcpDiscoveryVmIpFinder()
                .setAddresses(
                        ports.stream().map(port -> "127.0.0.1:" + port).toList());
        return new IgniteConfiguration()
                .setGridLogger(new NullLogger())
                .setLocalHost("127.0.0.1")
                .setWorkDirectory(Path.of("ignite").toAbsolutePath().toString())
                .setMetricsLogFrequency(0)
                .setPeerClassLoadingEnabled(false)
                .setCommunicationSpi(new TcpCommunicationSpi()
                        .setSocketReceiveBuffer(SYSTEM_DEFAULT)
                        .setSocketSendBuffer(SYSTEM_DEFAULT))
                .setDiscoverySpi(new TcpDiscoverySpi().setIpFinder(finder));
    }

    @Override
    public List<Long> pids() {
        return members.pids();
    }

    /** A task as Ignite can send it: records it cannot. */
    private static final class Sent implements IgniteCallable<Integer> {
        private static final long serialVersionUID = 1;

        private final Work.Kind kind;
        private final int amount;

        Sent(Work work) {
            kind = work.kind();
            amount = work.amount();
        }

        @Override
        public Integer call() throws Exception {
            return new Work(kind, amount).call();
        }
    }

    /** The same for bytes. */
    private static final class SentBytes implements IgniteCallable<Integer> {
        private static final long serialVersionUID = 1;

        private final byte[] bytes;

        SentBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Integer call() {
            return new Kept(bytes).call();
        }
    }

    @Override
    Callable<Integer> submit(Work work) {
        return submit((Callable<Integer>) new Sent(work));
    }

    @Override
    <R> Callable<R> submit(Callable<R> task) {
        IgniteCallable<R> callable = task::call;
        return compute.callAsync(callable)::get;
    }

    @Override
    public void all() {
        compute.broadcast(new Sent(Work.NOTHING));
    }

    @Override
    public void export(byte[] bytes) {
        compute.broadcast(new SentBytes(bytes));
    }

    @Override
    public void close() throws Exception {
        try {
            client.close();
        } finally {
            members.stop();
        }
    }

    /** The main class of a server's JVM. */
    static final class Server {
        private Server() {}

        public static void main(String[] args) throws Exception {
            List<Integer> ports = Stream.of(args).skip(2).map(Integer::valueOf).toList();
            IgniteConfiguration config = config(ports).setPublicThreadPoolSize(Integer.parseInt(args[1]));
            ((TcpDiscoverySpi) config.getDiscoverySpi())
                    .setLocalPort(Integer.parseInt(args[0]))
                    .setLocalPortRange(0);
            org.apache.ignite.Ignite server = Ignition.start(config);
            while (server.cluster().forServers().nodes().size() < ports.size()) {
                Thread.sleep(5);
            }
            Members.serveUntilInputEnds();
        }
    }
}
