package io.github.clusterpool.node;

import io.github.clusterpool.ClusterAdmin;
import io.github.clusterpool.NodeStatus;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.PoolStartException;
import java.io.PrintWriter;
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
        description = "Prints the cluster's nodes: name, slots, how many are used, and whether it drains.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:printed",
            "2:wrong usage: an option or application.conf",
            "3:the cluster could not be reached"
        })
final class Status implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() {
        PoolConfig config = ClusterOptions.checked(spec, () -> cluster.config(Map.of()));
        PrintWriter out = spec.commandLine().getOut();
        try (ClusterAdmin admin = ClusterAdmin.connect(ClusterOptions.checked(spec, () -> cluster.enrolled(config)))) {
            out.printf("%-40s %5s %5s  %s%n", "NODE", "SLOTS", "USED", "TAGS");
            for (NodeStatus node : admin.nodes()) {
                out.printf(
                        "%-40s %5d %5d  %s%n",
                        node.name(),
                        node.slots(),
                        node.used(),
                        String.join(",", node.tags()) + (node.draining() ? "  drains" : ""));
            }
            return 0;
        } catch (PoolStartException e) {
            spec.commandLine().getErr().println("clusterpool: " + e.getMessage());
            return 3;
        }
    }
}
