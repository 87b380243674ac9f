package io.github.clusterpool.node;

import io.github.clusterpool.ClusterAdmin;
import io.github.clusterpool.NodeStatus;
import io.github.clusterpool.PoolConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells a node to finish what it runs and leave. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Tells a node to take no more work, finish what it runs and leave; returns at once.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the node was told",
            "1:there is no such node",
            "2:wrong usage: an option or application.conf",
            "3:the cluster could not be reached"
        })
final class Drain implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            index = "0",
            paramLabel = "NODE",
            description = "Its name or HOST:PORT, as clusterpool status prints it.")
    @SuppressWarnings("NullAway.Init") // picocli insists on it
    private String node;

    @Override
    public Integer call() {
        return cluster.run(Map.of(), this::drain);
    }

    private int drain(PoolConfig config) {
        try (ClusterAdmin admin = ClusterAdmin.connect(config)) {
            List<NodeStatus> told = admin.drain(node);
            told.forEach(each -> spec.commandLine().getOut().println(each.name() + " drains"));
            if (told.isEmpty()) {
                spec.commandLine()
                        .getErr()
                        .println("clusterpool: NODE must be one that clusterpool status prints, got " + node);
            }
            return told.isEmpty() ? 1 : 0;
        }
    }
}
