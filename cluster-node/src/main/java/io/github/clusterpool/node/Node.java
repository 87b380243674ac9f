package io.github.clusterpool.node;

import io.github.clusterpool.ClusterNode;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.PoolStartException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
            "4:cut off by the rest of the cluster; start it again"
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

    @Override
    public Integer call() {
        PoolConfig config = ClusterOptions.checked(spec, this::config);
        try {
            PoolConfig enrolled = ClusterOptions.checked(spec, () -> cluster.enrolled(config));
            ClusterNode node = ClusterNode.start(enrolled);
            drainAtTheEnd(node, enrolled.cluster().drainGrace().plus(AFTER_GRACE));
            greet(node, enrolled);
            node.whenEnded().toCompletableFuture().join();
            return node.hasDrained() ? 0 : cutOff(node);
        } catch (PoolStartException e) {
            spec.commandLine().getErr().println("clusterpool: " + e.getMessage());
            return 3;
        }
    }

    private PoolConfig config() {
        Map<String, Object> keys = new LinkedHashMap<>();
        if (workers != null) {
            keys.put("cluster.slots", workers);
        }
        if (tags != null) {
            keys.put("cluster.tags", tags);
        }
        if (name != null) {
            keys.put("cluster.node-name", name);
        }
        return cluster.config(keys);
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

    private void greet(ClusterNode node, PoolConfig config) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("node " + node.name() + " at " + node.address() + ", "
                + config.cluster().slots() + " slots");
        if (config.cluster().join().isEmpty()) {
            out.println("another node here:       clusterpool node --join " + node.address());
            out.println("a node elsewhere:        clusterpool ticket NAME, and there clusterpool node --join "
                    + node.address() + " --host ITS-ADDRESS --ticket");
        }
        out.flush();
    }

    private int cutOff(ClusterNode node) {
        spec.commandLine()
                .getErr()
                .println("clusterpool: node " + node.name() + " was cut off and is no member any more; start it again");
        return 4;
    }
}
