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
import java.util.Map;

/**
 * What a worker JVM is told over its standard input: one line, never in its arguments or environment.
 *
 * @param token proves that it is the JVM which was started for that worker
 * @param key proves to all JVMs of the pool that it is one of them
 * @param supervisor the pool's, as the driver's {@link Transport} names it
 * @param system for its ActorSystem
 */
record WorkerSetup(PoolConfig config, WorkerRef ref, String token, PoolKey key, String supervisor, Config system) {
    /** As what a JVM reports that is reached there. */
    Greeter.Self self(Address address) {
        return new Greeter.Self(config, ref, token, address.toString());
    }

    String render() {
        Map<String, Object> keys = keys(config);
        keys.put("setup.worker", ref.worker());
        keys.put("setup.incarnation", ref.incarnation());
        keys.put("setup.token", token);
        keys.put("setup.key", key.secret());
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
                told.getString("setup.supervisor"),
                told.getConfig("setup.system"));
    }
}
