package io.github.clusterpool.node;

import io.github.clusterpool.ClusterAdmin;
import io.github.clusterpool.NodeStatus;
import io.github.clusterpool.PoolAddress;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.PoolStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the cluster's nodes and pools. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Prints the cluster's nodes (name, slots, how many are used, whether it serves, drains or does not"
                        + " answer, tags) and pools (name, host, workers, tasks).",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:printed",
            "2:wrong usage: an option or application.conf",
            "3:the cluster could not be reached"
        })
final class Status implements Callable<Integer> {
    private static final String LINE = "%-40s %5s %5s  %-15s  %s%n";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() {
        return cluster.run(Map.of(), this::print);
    }

    private int print(PoolConfig config) {
        PrintWriter out = spec.commandLine().getOut();
        try (ClusterAdmin admin = ClusterAdmin.connect(config)) {
            List<NodeStatus> nodes = admin.nodes();
            out.printf(LINE, "NODE", "SLOTS", "USED", "STATE", "TAGS");
            for (NodeStatus node : nodes) {
                out.printf(LINE, node.name(), node.slots(), node.used(), state(node), String.join(",", node.tags()));
            }
            List<PoolAddress> pools = admin.pools();
            if (!pools.isEmpty()) {
                out.printf("%n%-20s %-40s %7s %7s %7s%n", "POOL", "HOST", "WORKERS", "QUEUED", "RUNNING");
            }
            for (PoolAddress pool : pools) {
                PoolStatus now = pool.status();
                out.printf(
                        "%-20s %-40s %7d %7d %7d%n", now.name(), pool.host(), now.size(), now.queued(), now.running());
            }
            return 0;
        }
    }

    private static String state(NodeStatus node) {
        return !node.reachable() ? "does not answer" : node.draining() ? "drains" : "serves";
    }
}
