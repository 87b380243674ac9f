package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads a pool's configuration from HOCON, and refuses what nobody knows. */
final class ConfigReader {
    private ConfigReader() {}

    /** From what is under {@code clusterpool} there, and from reference.conf. */
    static PoolConfig from(Config root) {
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
                config.getInt("min-workers"),
                autoscale(config.getConfig("autoscale")),
                config.getInt("worker.credit"),
                new PoolConfig.Lease(
                        config.getDuration("lease.heartbeat"),
                        config.getDuration("lease.suspect"),
                        config.getDuration("lease.lost")),
                config.getDuration("cancel-grace"),
                config.getBytes("max-message-size"),
                new PoolConfig.Blob(
                        config.getBytes("blob.threshold"),
                        config.getBytes("blob.max-size"),
                        config.getBytes("blob.memory"),
                        config.getBytes("blob.disk")),
                config.getStringList("allowed-prefixes"),
                config.getInt("max-depth"),
                new PoolConfig.Values(
                        config.getBoolean("values.strict"), config.getStringList("values.portable-prefixes")),
                new PoolConfig.Restart(
                        config.getInt("restart.limit"),
                        config.getInt("restart.start-attempts"),
                        config.getDuration("restart.min-backoff"),
                        config.getDuration("restart.max-backoff")),
                new PoolConfig.Limits(config.getLong("journal.max-entries"), config.getBytes("journal.max-bytes")),
                new PoolConfig.Limits(config.getLong("queue.max-tasks"), config.getBytes("queue.max-bytes")),
                processes(config),
                new PoolConfig.Code(
                        codeShipping(config),
                        config.getStringList("jars").stream().map(Path::of).toList()),
                oneOf(config, "security", "tls", "none") == 0 ? Security.TLS : Security.NONE,
                ClusterConfig.read(config.getConfig("cluster")));
    }

    private static PoolConfig.Autoscale autoscale(Config config) {
        return new PoolConfig.Autoscale(
                config.getInt("min"),
                config.getInt("max"),
                config.getDuration("grow-after"),
                config.getDuration("shrink-after"));
    }

    private static PoolConfig.Processes processes(Config config) {
        String javaHome = config.getString("processes.java-home");
        return new PoolConfig.Processes(
                javaHome.isEmpty() ? null : Path.of(javaHome),
                config.getStringList("processes.jvm-options"),
                config.getDuration("processes.start-timeout"),
                config.getDuration("processes.stop-grace"),
                oneOf(config, "processes.archive", "off", "auto") == 1,
                oneOf(config, "processes.isolated", "off", "on") == 1,
                oneOf(config, "processes.unix-sockets", "off", "auto") == 1,
                config.getInt("processes.spares"));
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
}
