package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.state.PoolSettings;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.WireRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a pool is made; checked when it is constructed. Everything here is also a key under {@code clusterpool} in
 * {@code application.conf}, where {@code reference.conf} tells its meaning and default.
 *
 * @param workers that {@link Pool#open} starts, at least 1
 * @param workerCredit chunks in flight to one worker, at most
 * @param lease how long a worker JVM may be silent
 * @param cancelGrace from a cancel to the end of a worker that goes on regardless
 * @param maxMessageSize bytes of the elements in one message
 * @param blob what is too large for a message
 * @param security of a cluster, whose nodes host the workers
 * @param allowedPrefixes of the names of records, enums and {@link Portable} classes that may travel; empty: all
 */
public record PoolConfig(
        String name,
        Placement placement,
        int workers,
        int workerCredit,
        Lease lease,
        Duration cancelGrace,
        long maxMessageSize,
        Blob blob,
        List<String> allowedPrefixes,
        int maxDepth,
        Values values,
        Restart restart,
        Limits journal,
        Limits queue,
        Processes processes,
        Code code,
        Security security,
        Cluster cluster) {
    /** Room in a message for everything but its payload. */
    static final int ENVELOPE_BYTES = 256 * 1024;

    /** What a pool itself sends as values, whatever a user allows. */
    private static final List<String> OWN_VALUES = List.of(Failure.class.getName(), Script.class.getName() + "$");

    private static final long MAX_MESSAGE = 512L * 1024 * 1024;
    private static final Duration LATE = Duration.ofMillis(20);

    /** How often a worker JVM gives a sign of life, and what its silence means; see {@code clusterpool.lease}. */
    public record Lease(Duration heartbeat, Duration suspect, Duration lost) {
        /** Checks every value. */
        public Lease {
            Check.positive(heartbeat, "clusterpool.lease.heartbeat");
            Check.longer(suspect, "clusterpool.lease.suspect", heartbeat, "clusterpool.lease.heartbeat");
            Check.longer(lost, "clusterpool.lease.lost", suspect, "clusterpool.lease.suspect");
        }
    }

    /** What to do with a worker that is lost; see {@code clusterpool.restart}. */
    public record Restart(int limit, int startAttempts, Duration minBackoff, Duration maxBackoff) {
        /** Checks every value. */
        public Restart {
            Check.atLeast(1, limit, "clusterpool.restart.limit");
            Check.atLeast(1, startAttempts, "clusterpool.restart.start-attempts");
            Check.positive(minBackoff, "clusterpool.restart.min-backoff");
            Check.positive(maxBackoff, "clusterpool.restart.max-backoff");
        }
    }

    /** What Jackson databind may read and write besides {@link Portable} classes, or that it may not at all. */
    public record Values(boolean strict, List<String> portablePrefixes) {
        /** Keeps its own copy of the prefixes. */
        public Values {
            portablePrefixes = List.copyOf(portablePrefixes);
            if (portablePrefixes.contains("")) {
                throw new IllegalArgumentException(
                        "clusterpool.values.portable-prefixes must be beginnings of class names, got an empty one");
            }
        }
    }

    /** How much may pile up: in number, and in bytes. */
    public record Limits(long count, long bytes) {
        private void check(String countKey, String bytesKey) {
            Check.atLeast(1, count, countKey);
            Check.atLeast(1, bytes, bytesKey);
        }
    }

    /** What becomes of values that are too large for a message; see {@code clusterpool.blob}. In bytes. */
    public record Blob(long threshold, long maxSize, long memory, long disk) {
        private static final long LARGEST_THRESHOLD = 1024 * 1024;

        /** Checks every value. */
        public Blob {
            Check.atLeast(BlobRef.BYTES, threshold, "clusterpool.blob.threshold");
            Check.atMost(LARGEST_THRESHOLD, threshold, "clusterpool.blob.threshold");
            Check.atLeast(threshold, maxSize, "clusterpool.blob.max-size");
            Check.atMost(WireRules.MOST_BYTES, maxSize, "clusterpool.blob.max-size");
            Check.atLeast(1, memory, "clusterpool.blob.memory");
            Check.atLeast(1, disk, "clusterpool.blob.disk");
        }

        /** No more than a quarter of this JVM's heap. */
        long memoryHere() {
            return Math.min(memory, Runtime.getRuntime().maxMemory() / 4);
        }
    }

    /** How worker JVMs are started and ended; see {@code clusterpool.processes}. */
    public record Processes(
            @Nullable Path javaHome,
            List<String> jvmOptions,
            Duration startTimeout,
            Duration stopGrace,
            boolean archive,
            boolean isolated) {
        /** Checks every value and keeps its own copy of the options. */
        public Processes {
            jvmOptions = List.copyOf(jvmOptions);
            Check.positive(startTimeout, "clusterpool.processes.start-timeout");
            Check.positive(stopGrace, "clusterpool.processes.stop-grace");
            if (javaHome != null) {
                Jdk.at(javaHome);
            }
        }
    }

    /** How worker JVMs get classes that they lack; see {@code clusterpool.code-shipping} and {@code clusterpool.jars}. */
    public record Code(CodeShipping shipping, List<Path> jars) {
        /** Checks every value and keeps its own copy of the list. */
        public Code {
            Check.given(shipping, "clusterpool.code-shipping");
            jars = List.copyOf(jars);
            for (Path jar : jars) {
                if (!Files.isRegularFile(jar)) {
                    throw new IllegalArgumentException(Messages.notAJar(jar));
                }
            }
            if (shipping == CodeShipping.OFF && !jars.isEmpty()) {
                throw new IllegalArgumentException(Messages.jarsWithoutShipping(jars));
            }
        }
    }

    /** The cluster that this JVM belongs to, as a node or as a driver; see {@code clusterpool.cluster}. */
    public record Cluster(
            String name,
            String nodeName,
            List<String> join,
            String host,
            int port,
            int enrolmentPort,
            Path home,
            int slots,
            Duration startTimeout,
            Duration drainGrace,
            Duration removeAfter,
            String health) {
        private static final int MOST_PORTS = 65_535;

        /** Checks every value and keeps its own copy of the addresses. */
        public Cluster {
            join = List.copyOf(join);
            for (String address : join) {
                if (!address.matches(".+:[0-9]{1,5}")) {
                    throw new IllegalArgumentException(
                            "clusterpool.cluster.join must be HOST:PORT, or several with commas, got " + address);
                }
            }
            checkName(name, "clusterpool.cluster.name");
            if (!nodeName.isEmpty()) {
                checkName(nodeName, "clusterpool.cluster.node-name");
            }
            Check.atLeast(0, port, "clusterpool.cluster.port");
            Check.atMost(MOST_PORTS, port, "clusterpool.cluster.port");
            Check.atLeast(0, enrolmentPort, "clusterpool.cluster.enrolment-port");
            Check.atMost(MOST_PORTS, enrolmentPort, "clusterpool.cluster.enrolment-port");
            Check.atLeast(1, slots, "clusterpool.cluster.slots");
            Check.positive(startTimeout, "clusterpool.cluster.start-timeout");
            Check.positive(drainGrace, "clusterpool.cluster.drain-grace");
            Check.positive(removeAfter, "clusterpool.cluster.remove-after");
            if (!health.matches("(([^\\s:]+|\\[[0-9A-Fa-f:.]+\\]):)?[0-9]{1,5}|")) {
                throw new IllegalArgumentException(
                        "clusterpool.cluster.health must be PORT, HOST:PORT or nothing, got " + health);
            }
        }

        private static void checkName(String got, String key) {
            if (!got.matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")) {
                throw new IllegalArgumentException(
                        key + " must be 1 to 63 letters, digits and . _ - between letters or digits, got " + got);
            }
        }

        /** The same with another name of the node. */
        public Cluster nodeName(String newName) {
            return with(newName, join, port);
        }

        /** The same at that port, joining those. */
        Cluster again(List<String> others, int ownPort) {
            return with(nodeName, others, ownPort);
        }

        private Cluster with(String newName, List<String> newJoin, int newPort) {
            return new Cluster(
                    name,
                    newName,
                    newJoin,
                    host,
                    newPort,
                    enrolmentPort,
                    home,
                    slots,
                    startTimeout,
                    drainGrace,
                    removeAfter,
                    health);
        }

        private static Cluster read(Config config) {
            String home = config.getString("home");
            String join = config.getString("join").trim();
            int slots = config.getInt("slots");
            return new Cluster(
                    config.getString("name"),
                    config.getString("node-name"),
                    join.isEmpty() ? List.of() : List.of(join.split("\\s*,\\s*")),
                    config.getString("host"),
                    config.getInt("port"),
                    config.getInt("enrolment-port"),
                    home.isEmpty() ? ClusterHome.byDefault() : Path.of(home),
                    slots == 0 ? Runtime.getRuntime().availableProcessors() : slots,
                    config.getDuration("start-timeout"),
                    config.getDuration("drain-grace"),
                    config.getDuration("remove-after"),
                    config.getString("health").trim());
        }
    }

    /** Checks every value. */
    public PoolConfig {
        Check.identifier(name, "clusterpool.name");
        Check.given(placement, "clusterpool.placement");
        Check.atLeast(1, workers, "clusterpool.workers");
        Check.atLeast(1, workerCredit, "clusterpool.worker.credit");
        Check.positive(cancelGrace, "clusterpool.cancel-grace");
        Check.atLeast(1024, maxMessageSize, "clusterpool.max-message-size");
        Check.atMost(MAX_MESSAGE, maxMessageSize, "clusterpool.max-message-size");
        allowedPrefixes = List.copyOf(allowedPrefixes);
        Check.atLeast(1, maxDepth, "clusterpool.max-depth");
        journal.check("clusterpool.journal.max-entries", "clusterpool.journal.max-bytes");
        queue.check("clusterpool.queue.max-tasks", "clusterpool.queue.max-bytes");
        if (processes.isolated() && code.shipping() == CodeShipping.OFF) {
            throw new IllegalArgumentException(Messages.isolatedWithoutShipping());
        }
    }

    /**
     * A pool whose workers are threads of this JVM.
     *
     * @param workers at least 1
     */
    public static PoolConfig inProcess(int workers) {
        return loaded().placement(Placement.IN_PROCESS).workers(workers);
    }

    /**
     * A pool whose workers each have a JVM of their own on this machine, started with this JVM's class path.
     *
     * @param workers at least 1
     */
    public static PoolConfig processes(int workers) {
        return loaded().placement(Placement.PROCESSES).workers(workers);
    }

    /**
     * A pool whose workers live on the nodes of a cluster, spread by the slots that each offers. Where the cluster is, and
     * what this JVM proves itself by, {@code clusterpool.cluster} says.
     *
     * @param workers at least 1
     */
    public static PoolConfig cluster(int workers) {
        return loaded().placement(Placement.CLUSTER).workers(workers);
    }

    /** The configuration under {@code clusterpool} of {@code application.conf} and {@code reference.conf}. */
    public static PoolConfig loaded() {
        return from(ConfigFactory.load());
    }

    /**
     * The configuration under {@code clusterpool} of a Typesafe Config, such as an ActorSystem's.
     *
     * @throws IllegalArgumentException if a key is unknown or a value is wrong; the message names it
     */
    public static PoolConfig from(Config root) {
        Config reference = SystemConfig.reference(PoolConfig.class);
        Config config = root.withFallback(reference).getConfig("clusterpool");
        refuseUnknownKeys(config, reference.getConfig("clusterpool"));
        try {
            return read(config);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(Messages.badConfig(String.valueOf(e.getMessage())), e);
        }
    }

    /** From all of its keys, known to be good. */
    static PoolConfig read(Config config) {
        return new PoolConfig(
                config.getString("name"),
                placement(config),
                config.getInt("workers"),
                config.getInt("worker.credit"),
                new Lease(
                        config.getDuration("lease.heartbeat"),
                        config.getDuration("lease.suspect"),
                        config.getDuration("lease.lost")),
                config.getDuration("cancel-grace"),
                config.getBytes("max-message-size"),
                new Blob(
                        config.getBytes("blob.threshold"),
                        config.getBytes("blob.max-size"),
                        config.getBytes("blob.memory"),
                        config.getBytes("blob.disk")),
                config.getStringList("allowed-prefixes"),
                config.getInt("max-depth"),
                new Values(config.getBoolean("values.strict"), config.getStringList("values.portable-prefixes")),
                new Restart(
                        config.getInt("restart.limit"),
                        config.getInt("restart.start-attempts"),
                        config.getDuration("restart.min-backoff"),
                        config.getDuration("restart.max-backoff")),
                new Limits(config.getLong("journal.max-entries"), config.getBytes("journal.max-bytes")),
                new Limits(config.getLong("queue.max-tasks"), config.getBytes("queue.max-bytes")),
                new Processes(
                        config.getString("processes.java-home").isEmpty()
                                ? null
                                : Path.of(config.getString("processes.java-home")),
                        config.getStringList("processes.jvm-options"),
                        config.getDuration("processes.start-timeout"),
                        config.getDuration("processes.stop-grace"),
                        oneOf(config, "processes.archive", "off", "auto") == 1,
                        oneOf(config, "processes.isolated", "off", "on") == 1),
                new Code(
                        codeShipping(config),
                        config.getStringList("jars").stream().map(Path::of).toList()),
                oneOf(config, "security", "tls", "none") == 0 ? Security.TLS : Security.NONE,
                Cluster.read(config.getConfig("cluster")));
    }

    private static Placement placement(Config config) {
        List<Placement> choices = List.of(Placement.IN_PROCESS, Placement.PROCESSES, Placement.CLUSTER);
        return choices.get(oneOf(config, "placement", "in-process", "processes", "cluster"));
    }

    private static CodeShipping codeShipping(Config config) {
        List<CodeShipping> choices = List.of(CodeShipping.LOCAL, CodeShipping.MTLS, CodeShipping.ON, CodeShipping.OFF);
        return choices.get(oneOf(config, "code-shipping", "local", "mtls", "on", "off"));
    }

    private static int oneOf(Config config, String key, String... choices) {
        int choice = List.of(choices).indexOf(config.getString(key));
        if (choice < 0) {
            throw new IllegalArgumentException("clusterpool." + key + " must be one of " + String.join(", ", choices)
                    + ", got " + config.getString(key));
        }
        return choice;
    }

    private static void refuseUnknownKeys(Config config, Config reference) {
        Set<String> known = keys(reference);
        for (String key : keys(config)) {
            if (!known.contains(key) && !key.startsWith("dispatcher.")) {
                known.removeIf(each -> each.startsWith("dispatcher."));
                throw new IllegalArgumentException(Messages.unknownKey("clusterpool." + key, known));
            }
        }
    }

    private static Set<String> keys(Config config) {
        Set<String> keys = new TreeSet<>();
        config.entrySet().forEach(entry -> keys.add(entry.getKey()));
        return keys;
    }

    /** The same with another name. */
    public PoolConfig name(String newName) {
        return with(newName, placement, workers, processes, code);
    }

    /** The same with another number of workers. */
    public PoolConfig workers(int newWorkers) {
        return with(name, placement, newWorkers, processes, code);
    }

    /** The same with the workers elsewhere. */
    public PoolConfig placement(Placement newPlacement) {
        return with(name, newPlacement, workers, processes, code);
    }

    /** The same with these options for the command line of worker JVMs, such as {@code -Xmx512m}. */
    public PoolConfig jvmOptions(String... options) {
        return with(processes.javaHome(), List.of(options), processes.isolated());
    }

    /**
     * The same with worker JVMs that have nothing but this library on their class path, whatever this JVM has: all else
     * they get from here as they need it, so that no two libraries meet that did not meet here.
     */
    public PoolConfig isolated() {
        return with(processes.javaHome(), processes.jvmOptions(), true);
    }

    /**
     * The same with worker JVMs of another Java than this one's.
     *
     * @param home the folder of a JDK or JRE 17 or later, as {@code JAVA_HOME} names it
     * @throws IllegalArgumentException if none is there
     */
    public PoolConfig javaHome(Path home) {
        return with(home, processes.jvmOptions(), processes.isolated());
    }

    private PoolConfig with(@Nullable Path javaHome, List<String> jvmOptions, boolean isolated) {
        Processes changed = new Processes(
                javaHome, jvmOptions, processes.startTimeout(), processes.stopGrace(), processes.archive(), isolated);
        return with(name, placement, workers, changed, code);
    }

    /**
     * The same with jars that every worker JVM gets as a whole, once, before its first task; they stand behind its class
     * path. Classes are sent without that, too: this is for libraries that want to be files. Workers inside this JVM find
     * them as well.
     */
    public PoolConfig jars(Path... jars) {
        return with(name, placement, workers, processes, new Code(code.shipping(), List.of(jars)));
    }

    /** The same in that cluster. */
    public PoolConfig cluster(Cluster newCluster) {
        return with(name, placement, workers, processes, code, security, newCluster);
    }

    /** The same with this choice of who gets classes from the driver. */
    public PoolConfig codeShipping(CodeShipping shipping) {
        return with(name, placement, workers, processes, new Code(shipping, code.jars()));
    }

    private PoolConfig with(
            String newName, Placement newPlacement, int newWorkers, Processes newProcesses, Code newCode) {
        return with(newName, newPlacement, newWorkers, newProcesses, newCode, security, cluster);
    }

    private PoolConfig with(
            String newName,
            Placement newPlacement,
            int newWorkers,
            Processes newProcesses,
            Code newCode,
            Security newSecurity,
            Cluster newCluster) {
        return new PoolConfig(
                newName,
                newPlacement,
                newWorkers,
                workerCredit,
                lease,
                cancelGrace,
                maxMessageSize,
                blob,
                allowedPrefixes,
                maxDepth,
                values,
                restart,
                journal,
                queue,
                newProcesses,
                newCode,
                newSecurity,
                newCluster);
    }

    /** Workers in this JVM need not be heard of. */
    PoolSettings settings() {
        boolean leased = placement != Placement.IN_PROCESS;
        return new PoolSettings(
                workerCredit,
                LATE.toNanos(),
                (int) maxMessageSize,
                cancelGrace.toNanos(),
                restart.limit(),
                restart.startAttempts(),
                restart.minBackoff().toNanos(),
                restart.maxBackoff().toNanos(),
                (int) Math.min(Integer.MAX_VALUE, journal.count()),
                journal.bytes(),
                queue.count(),
                queue.bytes(),
                leased ? lease.suspect().toNanos() : Long.MAX_VALUE,
                leased ? lease.lost().toNanos() : Long.MAX_VALUE);
    }

    WireRules wireRules() {
        WireRules base = WireRules.defaults();
        List<String> prefixes = new ArrayList<>(allowedPrefixes);
        if (!prefixes.isEmpty()) {
            prefixes.addAll(OWN_VALUES);
        }
        return new WireRules(prefixes, maxDepth, base.maxStringLength(), blob.maxSize(), base.maxCount());
    }

    /** What travels besides JDK values, records and enums; in the order in which a class is offered to them. */
    List<Extension<?>> extensions(FunctionExtension functions) {
        List<Extension<?>> extensions =
                new ArrayList<>(List.of(functions, new ExportedExtension(), new ThrowableExtension()));
        if (!values.strict()) {
            extensions.add(new PortableExtension(new PortableTypes(wireRules(), values.portablePrefixes())));
        }
        return extensions;
    }

    /** Largest content of a message; what is larger goes as a blob, so that all of a message fits into a frame. */
    int threshold() {
        return (int) Math.min(blob.threshold(), maxMessageSize / 4);
    }

    /** Largest message between JVMs. */
    long maxFrameSize() {
        return maxMessageSize + ENVELOPE_BYTES;
    }
}
