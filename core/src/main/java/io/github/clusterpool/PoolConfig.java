package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.state.PoolSettings;
import io.github.clusterpool.state.Staffing;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.WireRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * How a pool is made; checked when it is constructed. Everything here is also a key under {@code clusterpool} in
 * {@code application.conf}, where {@code reference.conf} tells its meaning and default.
 *
 * @param workers that {@link Pool#open} starts, at least 1
 * @param minWorkers of them that must be there before it returns
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
        int minWorkers,
        Autoscale autoscale,
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
        ClusterConfig cluster) {
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
        void check(String countKey, String bytesKey) {
            Check.atLeast(1, count, countKey);
            Check.atLeast(1, bytes, bytesKey);
        }
    }

    /** What becomes of values that are too large for a message; see {@code clusterpool.blob}. In bytes. */
    public record Blob(long threshold, long maxSize, long memory, long disk) {
        private static final long LARGEST_THRESHOLD = 1024 * 1024;
        private static final long LARGEST = 2047L * 1024 * 1024;

        /** Checks every value. */
        public Blob {
            Check.atLeast(BlobRef.BYTES, threshold, "clusterpool.blob.threshold");
            Check.atMost(LARGEST_THRESHOLD, threshold, "clusterpool.blob.threshold");
            Check.atLeast(threshold, maxSize, "clusterpool.blob.max-size");
            Check.atMost(LARGEST, maxSize, "clusterpool.blob.max-size");
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
            boolean isolated,
            boolean unixSockets,
            int spares) {
        /** Checks every value and keeps its own copy of the options. */
        public Processes {
            jvmOptions = List.copyOf(jvmOptions);
            Check.positive(startTimeout, "clusterpool.processes.start-timeout");
            Check.positive(stopGrace, "clusterpool.processes.stop-grace");
            Check.atLeast(0, spares, "clusterpool.processes.spares");
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

    /**
     * Between which bounds the pool changes its size by itself, and how soon; see {@code clusterpool.autoscale}.
     *
     * @param max 0: it does not
     */
    public record Autoscale(int min, int max, Duration growAfter, Duration shrinkAfter) {
        /** Checks every value. */
        public Autoscale {
            Check.atLeast(1, min, "clusterpool.autoscale.min");
            if (max != 0) {
                Check.atLeast(min, max, "clusterpool.autoscale.max");
            }
            Check.positive(growAfter, "clusterpool.autoscale.grow-after");
            Check.positive(shrinkAfter, "clusterpool.autoscale.shrink-after");
        }
    }

    /** Checks every value. */
    public PoolConfig {
        Check.identifier(name, "clusterpool.name");
        Check.given(placement, "clusterpool.placement");
        Check.atLeast(1, workers, "clusterpool.workers");
        Check.atLeast(1, minWorkers, "clusterpool.min-workers");
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

    /** The configuration of {@code application.conf} with that name. */
    public static PoolConfig named(String name) {
        return loaded().name(name);
    }

    /**
     * The same on a cluster as a whole: the pool itself, and not only its workers, lives on the nodes. One of them hosts it;
     * when that is gone another does, with the variables and the jobs that are under way. Other members use it by
     * {@link Pool#connect}, or open it with the same settings; with others, opening it fails and names them.
     */
    public PoolConfig onCluster() {
        return placement(Placement.CLUSTER).cluster(cluster.hosted(true));
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
        return ConfigReader.from(root);
    }

    /** The same with another name. */
    public PoolConfig name(String newName) {
        return with(newName, placement, workers, minWorkers, autoscale, processes, code, cluster);
    }

    /** The same with another number of workers. */
    public PoolConfig workers(int newWorkers) {
        return with(name, placement, newWorkers, minWorkers, autoscale, processes, code, cluster);
    }

    /**
     * The same with so many workers that must be ready before {@link Pool#open} returns and {@link Pool#init} ends; if
     * fewer can be had in time, both fail and say why.
     *
     * @param newMinWorkers at least 1; more than the pool's size is the same as its size
     */
    public PoolConfig minWorkers(int newMinWorkers) {
        return with(name, placement, workers, newMinWorkers, autoscale, processes, code, cluster);
    }

    /**
     * The same with a size that follows the work, wherever the workers live: the pool grows while tasks wait, and lets
     * workers go that nobody has needed for a while. It starts with {@link #workers}, if that is between the bounds.
     *
     * @param min at least 1
     * @param max at least {@code min}
     */
    public PoolConfig autoscale(int min, int max) {
        Check.atLeast(Check.atLeast(1, min, "clusterpool.autoscale.min"), max, "clusterpool.autoscale.max");
        Autoscale changed = new Autoscale(min, max, autoscale.growAfter(), autoscale.shrinkAfter());
        return with(
                name, placement, Math.max(min, Math.min(max, workers)), minWorkers, changed, processes, code, cluster);
    }

    /** The same with the workers elsewhere. */
    public PoolConfig placement(Placement newPlacement) {
        return with(name, newPlacement, workers, minWorkers, autoscale, processes, code, cluster);
    }

    /** The same with these options for the command line of worker JVMs, such as {@code -Xmx512m}. */
    public PoolConfig jvmOptions(String... options) {
        return with(processes.javaHome(), List.of(options), processes.isolated(), processes.spares());
    }

    /**
     * The same with worker JVMs that have nothing but this library on their class path, whatever this JVM has: all else
     * they get from here as they need it, so that no two libraries meet that did not meet here.
     */
    public PoolConfig isolated() {
        return with(processes.javaHome(), processes.jvmOptions(), true, processes.spares());
    }

    /**
     * The same with so many more worker JVMs on this machine, which wait without a worker: one takes the place of a worker
     * that is lost, or of one more that is wanted, in a fraction of the time that a JVM needs to start. Each takes the
     * memory of an idle worker, until the pool is deleted or closed.
     *
     * @param count at least 0
     */
    public PoolConfig spares(int count) {
        return with(processes.javaHome(), processes.jvmOptions(), processes.isolated(), count);
    }

    /**
     * The same with worker JVMs of another Java than this one's.
     *
     * @param home the folder of a JDK or JRE 17 or later, as {@code JAVA_HOME} names it
     * @throws IllegalArgumentException if none is there
     */
    public PoolConfig javaHome(Path home) {
        return with(home, processes.jvmOptions(), processes.isolated(), processes.spares());
    }

    private PoolConfig with(@Nullable Path javaHome, List<String> jvmOptions, boolean isolated, int spares) {
        Processes changed = new Processes(
                javaHome,
                jvmOptions,
                processes.startTimeout(),
                processes.stopGrace(),
                processes.archive(),
                isolated,
                processes.unixSockets(),
                spares);
        return with(name, placement, workers, minWorkers, autoscale, changed, code, cluster);
    }

    /**
     * The same with jars that every worker JVM gets as a whole, once, before its first task; they stand behind its class
     * path. Classes are sent without that, too: this is for libraries that want to be files. Workers inside this JVM find
     * them as well.
     */
    public PoolConfig jars(Path... jars) {
        return with(code.shipping(), List.of(jars));
    }

    /** The same with this choice of who gets classes from the driver. */
    public PoolConfig codeShipping(CodeShipping shipping) {
        return with(shipping, code.jars());
    }

    private PoolConfig with(CodeShipping shipping, List<Path> jars) {
        return with(name, placement, workers, minWorkers, autoscale, processes, new Code(shipping, jars), cluster);
    }

    /** The same in that cluster. */
    public PoolConfig cluster(ClusterConfig newCluster) {
        return with(name, placement, workers, minWorkers, autoscale, processes, code, newCluster);
    }

    /** The same with workers only on nodes of a cluster that have all these tags. */
    public PoolConfig onNodes(String... tags) {
        return cluster(cluster.onNodes(List.of(tags)));
    }

    /**
     * The same with that many of a cluster's workers, the first ones, as threads of this JVM.
     *
     * @param count 0 for none
     */
    public PoolConfig localWorkers(int count) {
        return cluster(cluster.localWorkers(count));
    }

    private PoolConfig with(
            String newName,
            Placement newPlacement,
            int newWorkers,
            int newMinWorkers,
            Autoscale newAutoscale,
            Processes newProcesses,
            Code newCode,
            ClusterConfig newCluster) {
        return new PoolConfig(
                newName,
                newPlacement,
                newWorkers,
                newMinWorkers,
                newAutoscale,
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
                security,
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
                leased ? lease.lost().toNanos() : Long.MAX_VALUE,
                new Staffing(
                        minWorkers,
                        localWorkers(),
                        autoscale.min(),
                        autoscale.max(),
                        autoscale.growAfter().toNanos(),
                        autoscale.shrinkAfter().toNanos()));
    }

    /** The first so many live with the supervisor. */
    int localWorkers() {
        return placement == Placement.CLUSTER ? cluster.localWorkers() : 0;
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

    /** Whether members of that system's cluster may have classes from each other. */
    boolean shipsCode(ActorSystem<?> system) {
        return code.shipping() == CodeShipping.ON
                || (code.shipping() == CodeShipping.MTLS && ClusterSystem.isSecured(system));
    }

    /** Largest message between JVMs. */
    long maxFrameSize() {
        return maxMessageSize + ENVELOPE_BYTES;
    }
}
