package io.github.clusterpool.node;

import io.github.clusterpool.ClusterAdmin;
import io.github.clusterpool.NodeStatus;
import io.github.clusterpool.PoolConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the cluster's nodes. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Prints the cluster's nodes: name, slots, how many are used, whether it"
                + " serves, drains or does not answer, and its tags.",
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
            return 0;
        }
    }

    private static String state(NodeStatus node) {
        return !node.reachable() ? "does not answer" : node.draining() ? "drains" : "serves";
    }
}
