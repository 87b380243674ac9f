package io.github.clusterpool.node;

import io.github.clusterpool.ClusterNode;
import io.github.clusterpool.PoolConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a node until it is told to drain, by SIGTERM or {@code clusterpool drain}. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Runs a node, whose slots pools have their workers in, until SIGTERM or clusterpool drain; then what"
                        + " runs here ends in peace and the rest runs elsewhere.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:drained, and left the cluster",
            "2:wrong usage: an option or application.conf",
            "3:the node could not start or join; standard error says why",
            "143:drained after SIGTERM, and left the cluster"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  clusterpool node --host 10.0.0.1 --port 7355               the first; prints how others join",
            "  clusterpool node --host 10.0.0.2 --join 10.0.0.1:7355 --ticket",
            "  clusterpool node --join 127.0.0.1:7355 --workers 4         another one on the first one's machine"
        })
final class Node implements Callable<Integer> {
    private static final Duration AFTER_GRACE = Duration.ofSeconds(15);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--workers",
            paramLabel = "N",
            description =
                    "Slots: how many workers it hosts at most. Default: clusterpool.cluster.slots, or one for each"
                            + " processor.")
    private @Nullable Integer workers;

    @Option(
            names = "--tags",
            paramLabel = "TAG,TAG",
            description = "What the node offers besides, for pools that ask for it. Default: clusterpool.cluster.tags.")
    private @Nullable String tags;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What others call it. Default: its ticket's, or the machine's name and the process's number.")
    private @Nullable String name;

    @Option(
            names = "--health",
            paramLabel = "[HOST:]PORT",
            description = "Answers GET /alive and /ready there. Default: clusterpool.cluster.health, nowhere.")
    private @Nullable String health;

    @Override
    public Integer call() {
        Map<String, Object> keys = new LinkedHashMap<>();
        ClusterOptions.put(keys, "cluster.slots", workers);
        ClusterOptions.put(keys, "cluster.tags", tags);
        ClusterOptions.put(keys, "cluster.node-name", name);
        ClusterOptions.put(keys, "cluster.health", health);
        return cluster.run(keys, this::serve);
    }

    private int serve(PoolConfig config) {
        AtomicReference<@Nullable ClusterNode> started = new AtomicReference<>();
        String where = config.cluster().health();
        try (Health health = where.isEmpty() ? null : Health.open(where, () -> isReady(started.get()))) {
            ClusterNode node = ClusterNode.start(config);
            Origin.isNode(node.name());
            started.set(node);
            drainAtTheEnd(node, config.cluster().drainGrace().plus(AFTER_GRACE));
            greet(node, config, health);
            node.whenEnded().toCompletableFuture().join();
            return node.hasDrained() ? 0 : 3;
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("clusterpool: clusterpool.cluster.health must be where this process can listen, got "
                            + where + ": " + e.getMessage());
            return 3;
        }
    }

    private static boolean isReady(@Nullable ClusterNode node) {
        return node != null && node.isReady();
    }

    /** A JVM that is told to end does so only after this hook. */
    private static void drainAtTheEnd(ClusterNode node, Duration atMost) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            node.drain();
                            try {
                                node.whenEnded().toCompletableFuture().get(atMost.toSeconds(), TimeUnit.SECONDS);
                            } catch (Exception e) {
                                node.close();
                            }
                        },
                        "clusterpool-drain"));
    }

    private void greet(ClusterNode node, PoolConfig config, @Nullable Health health) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("node " + node.name() + " at " + node.address() + ", "
                + config.cluster().slots() + " slots");
        if (config.cluster().join().isEmpty()) {
            out.println("another node here:       clusterpool node --join " + node.address());
            out.println("a node elsewhere:        clusterpool ticket NAME, and there clusterpool node --join "
                    + node.address() + " --host ITS-ADDRESS --ticket");
        }
        if (health != null) {
            out.println("health:                  http://" + health.address().getHostString() + ":"
                    + health.address().getPort() + "/ready");
        }
        out.flush();
    }
}
