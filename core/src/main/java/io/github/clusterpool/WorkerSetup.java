package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.github.clusterpool.net.Address;
import io.github.clusterpool.net.PoolKey;
import io.github.clusterpool.state.WorkerRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker JVM is told over its standard input: one line, never in its arguments or environment.
 *
 * @param token proves that it is the JVM which was started for that worker
 * @param key proves to all JVMs of the pool that it is one of them
 * @param listen where it listens
 * @param supervisor the pool's, as the driver's {@link Transport} names it
 * @param system for its ActorSystem
 */
record WorkerSetup(
        PoolConfig config, WorkerRef ref, String token, PoolKey key, Address listen, String supervisor, Config system) {
    private static final Map<Placement, String> PLACEMENTS =
            Map.of(Placement.IN_PROCESS, "in-process", Placement.PROCESSES, "processes", Placement.CLUSTER, "cluster");

    /** How long clients wait for a pool, and a hosted pool for its workers. */
    private static final String PATIENCE = "clusterpool.cluster.start-timeout";

    /** A setting that is another one there than here. */
    record Difference(String key, Object theirs, @Nullable Object ours) {}

    /** As what a JVM reports that is reached there; its way has the number of its start. */
    Greeter.Self self(Address address) {
        return new Greeter.Self(config, ref.start(), new Greeter.Take(ref, token), address.toString());
    }

    String render() {
        Map<String, Object> keys = keys(config);
        keys.put("setup.worker", ref.worker());
        keys.put("setup.incarnation", ref.incarnation());
        keys.put("setup.token", token);
        keys.put("setup.key", key.secret());
        keys.put("setup.listen", listen.toString());
        keys.put("setup.supervisor", supervisor);
        return whole(keys).withValue("setup.system", system.root()).root().render(ConfigRenderOptions.concise()) + "\n";
    }

    /** What a node must know of a pool to host its workers. */
    static String text(PoolConfig config) {
        return whole(keys(config)).root().render(ConfigRenderOptions.concise());
    }

    /** Reads what {@link #text} has written. */
    static PoolConfig config(String text) {
        return ConfigReader.read(ConfigFactory.parseString(text).getConfig("clusterpool"));
    }

    /** How two configurations of a pool differ, key by key; what each client may have its own of does not count. */
    static List<Difference> differences(PoolConfig theirs, PoolConfig ours) {
        Map<String, Object> wanted = keys(ours);
        return keys(theirs).entrySet().stream()
                .filter(each ->
                        !each.getKey().equals(PATIENCE) && !each.getValue().equals(wanted.get(each.getKey())))
                .map(each -> new Difference(each.getKey(), each.getValue(), wanted.get(each.getKey())))
                .toList();
    }

    private static Config whole(Map<String, Object> keys) {
        return ConfigFactory.parseMap(keys)
                .withFallback(SystemConfig.reference(PoolConfig.class).withOnlyPath("clusterpool"));
    }

    private static Map<String, Object> keys(PoolConfig config) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("clusterpool.name", config.name());
        keys.put("clusterpool.cancel-grace", config.cancelGrace().toMillis() + "ms");
        keys.put("clusterpool.lease.heartbeat", config.lease().heartbeat().toNanos() + "ns");
        keys.put("clusterpool.lease.suspect", config.lease().suspect().toNanos() + "ns");
        keys.put("clusterpool.lease.lost", config.lease().lost().toNanos() + "ns");
        keys.put("clusterpool.max-message-size", config.maxMessageSize());
        keys.put("clusterpool.blob.threshold", config.blob().threshold());
        keys.put("clusterpool.blob.max-size", config.blob().maxSize());
        keys.put("clusterpool.blob.memory", config.blob().memory());
        keys.put("clusterpool.blob.disk", config.blob().disk());
        keys.put("clusterpool.allowed-prefixes", config.allowedPrefixes());
        keys.put("clusterpool.max-depth", config.maxDepth());
        keys.put("clusterpool.values.strict", config.values().strict());
        keys.put("clusterpool.values.portable-prefixes", config.values().portablePrefixes());
        keys.put("clusterpool.workers", config.workers());
        keys.put("clusterpool.placement", PLACEMENTS.get(config.placement()));
        keys.put("clusterpool.worker.credit", config.workerCredit());
        keys.put("clusterpool.code-shipping", config.code().shipping().name().toLowerCase(Locale.ROOT));
        keys.put("clusterpool.journal.max-entries", config.journal().count());
        keys.put("clusterpool.journal.max-bytes", config.journal().bytes());
        keys.put("clusterpool.queue.max-tasks", config.queue().count());
        keys.put("clusterpool.queue.max-bytes", config.queue().bytes());
        keys.put("clusterpool.security", config.security() == Security.TLS ? "tls" : "none");
        keys.put("clusterpool.min-workers", config.minWorkers());
        keys.put("clusterpool.autoscale.min", config.autoscale().min());
        keys.put("clusterpool.autoscale.max", config.autoscale().max());
        keys.put(
                "clusterpool.autoscale.grow-after",
                config.autoscale().growAfter().toMillis() + "ms");
        keys.put(
                "clusterpool.autoscale.shrink-after",
                config.autoscale().shrinkAfter().toMillis() + "ms");
        keys.put(
                "clusterpool.cluster.on-nodes",
                String.join(",", config.cluster().onNodes()));
        keys.put("clusterpool.cluster.rebalance", config.cluster().rebalance());
        keys.put("clusterpool.cluster.hosted", config.cluster().hosted());
        keys.put(PATIENCE, config.cluster().startTimeout().toMillis() + "ms");
        keys.put("clusterpool.cluster.hold", config.cluster().hold().toMillis() + "ms");
        keys.put("clusterpool.cluster.hold-bytes", config.cluster().holdBytes());
        keys.put("clusterpool.cluster.hold-copy-bytes", config.cluster().holdCopyBytes());
        keys.put(
                "clusterpool.cluster.backlog.max-tasks",
                config.cluster().backlog().count());
        keys.put(
                "clusterpool.cluster.backlog.max-bytes",
                config.cluster().backlog().bytes());
        keys.put("clusterpool.restart.start-attempts", config.restart().startAttempts());
        keys.put("clusterpool.restart.limit", config.restart().limit());
        keys.put(
                "clusterpool.restart.min-backoff", config.restart().minBackoff().toMillis() + "ms");
        keys.put(
                "clusterpool.restart.max-backoff", config.restart().maxBackoff().toMillis() + "ms");
        return keys;
    }

    static WorkerSetup read(BufferedReader input) throws IOException {
        String line = input.readLine();
        if (line == null) {
            throw new IOException("a worker JVM must be told what to do on its standard input, got nothing");
        }
        Config told = ConfigFactory.parseString(line);
        return new WorkerSetup(
                ConfigReader.read(told.getConfig("clusterpool")),
                new WorkerRef(told.getInt("setup.worker"), told.getLong("setup.incarnation")),
                told.getString("setup.token"),
                PoolKey.of(told.getString("setup.key")),
                Address.parse(told.getString("setup.listen")),
                told.getString("setup.supervisor"),
                told.getConfig("setup.system"));
    }
}
