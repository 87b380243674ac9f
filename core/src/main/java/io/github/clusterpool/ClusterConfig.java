package io.github.clusterpool;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The cluster that this JVM belongs to, as a node or as a driver; see {@code clusterpool.cluster}. Checked when it is
 * constructed.
 *
 * @param slots workers that this node hosts at most, of all pools
 * @param tags that this node offers
 * @param onNodes tags that a node must have for this pool to have workers there; empty: any node
 * @param localWorkers of this pool, the first ones, that live in its driver's own JVM
 * @param hosted whether the nodes have this pool themselves
 * @param hold how long results of a job that is to outlive its client are kept after its end
 * @param holdBytes how many bytes of one client's
 * @param holdCopyBytes how many bytes of one such job other nodes keep as well, for the next host of the pool
 * @param backlog results that a client elsewhere has not taken yet, before its jobs wait
 * @param rebalance whether this pool moves workers when nodes come, and gives slots back that other pools wait for
 */
public record ClusterConfig(
        String name,
        String nodeName,
        List<String> join,
        String host,
        int port,
        int enrolmentPort,
        Path home,
        int slots,
        List<String> tags,
        List<String> onNodes,
        int localWorkers,
        boolean rebalance,
        Duration startTimeout,
        Duration drainGrace,
        Duration removeAfter,
        String health,
        boolean hosted,
        Duration hold,
        long holdBytes,
        long holdCopyBytes,
        PoolConfig.Limits backlog) {
    private static final int MOST_PORTS = 65_535;

    /** Checks every value and keeps its own copy of the lists. */
    public ClusterConfig {
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
        tags = List.copyOf(tags);
        tags.forEach(tag -> checkName(tag, "clusterpool.cluster.tags"));
        onNodes = List.copyOf(onNodes);
        onNodes.forEach(tag -> checkName(tag, "clusterpool.cluster.on-nodes"));
        Check.atLeast(0, localWorkers, "clusterpool.cluster.local-workers");
        if (hosted && localWorkers > 0) {
            throw new IllegalArgumentException(
                    "clusterpool.cluster.local-workers must be 0 for a pool that the nodes host"
                            + " (clusterpool.cluster.hosted), which has no driver, got " + localWorkers);
        }
        Check.positive(startTimeout, "clusterpool.cluster.start-timeout");
        Check.positive(drainGrace, "clusterpool.cluster.drain-grace");
        Check.positive(removeAfter, "clusterpool.cluster.remove-after");
        Check.positive(hold, "clusterpool.cluster.hold");
        Check.atLeast(1, holdBytes, "clusterpool.cluster.hold-bytes");
        Check.atLeast(0, holdCopyBytes, "clusterpool.cluster.hold-copy-bytes");
        backlog.check("clusterpool.cluster.backlog.max-tasks", "clusterpool.cluster.backlog.max-bytes");
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
    public ClusterConfig nodeName(String newName) {
        return with(newName, join, port, onNodes, localWorkers, hosted);
    }

    /** The same at that port, joining those. */
    ClusterConfig again(List<String> others, int ownPort) {
        return with(nodeName, others, ownPort, onNodes, localWorkers, hosted);
    }

    ClusterConfig onNodes(List<String> newTags) {
        return with(nodeName, join, port, newTags, localWorkers, hosted);
    }

    ClusterConfig localWorkers(int newLocalWorkers) {
        return with(nodeName, join, port, onNodes, newLocalWorkers, hosted);
    }

    /** The same with the pool on the nodes themselves, or not. */
    ClusterConfig hosted(boolean yes) {
        return with(nodeName, join, port, onNodes, localWorkers, yes);
    }

    private ClusterConfig with(
            String newName,
            List<String> newJoin,
            int newPort,
            List<String> newOnNodes,
            int newLocalWorkers,
            boolean newHosted) {
        return new ClusterConfig(
                name,
                newName,
                newJoin,
                host,
                newPort,
                enrolmentPort,
                home,
                slots,
                tags,
                newOnNodes,
                newLocalWorkers,
                rebalance,
                startTimeout,
                drainGrace,
                removeAfter,
                health,
                newHosted,
                hold,
                holdBytes,
                holdCopyBytes,
                backlog);
    }

    static ClusterConfig read(Config config) {
        String home = config.getString("home");
        int slots = config.getInt("slots");
        return new ClusterConfig(
                config.getString("name"),
                config.getString("node-name"),
                words(config.getString("join")),
                config.getString("host"),
                config.getInt("port"),
                config.getInt("enrolment-port"),
                home.isEmpty() ? ClusterHome.byDefault() : Path.of(home),
                slots == 0 ? Runtime.getRuntime().availableProcessors() : slots,
                words(config.getString("tags")),
                words(config.getString("on-nodes")),
                config.getInt("local-workers"),
                config.getBoolean("rebalance"),
                config.getDuration("start-timeout"),
                config.getDuration("drain-grace"),
                config.getDuration("remove-after"),
                config.getString("health").trim(),
                config.getBoolean("hosted"),
                config.getDuration("hold"),
                config.getBytes("hold-bytes"),
                config.getBytes("hold-copy-bytes"),
                new PoolConfig.Limits(config.getLong("backlog.max-tasks"), config.getBytes("backlog.max-bytes")));
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.trim().split("\\s*,\\s*"));
    }
}
