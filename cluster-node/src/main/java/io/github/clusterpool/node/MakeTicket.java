package io.github.clusterpool.node;

import io.github.clusterpool.ClusterAdmin;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.PoolStartException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a ticket. */
@Command(
        name = "ticket",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Prints a ticket with which one member can join, once. Runs on the machine and as the user of the"
                + " cluster's first node, while that runs. Who has the ticket can join: hand it over a way that others"
                + " cannot read.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:printed",
            "2:wrong usage: an option, NAME or application.conf",
            "3:there is no authority and first node here"
        })
final class MakeTicket implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "What the member will be called, such as node-2.")
    @SuppressWarnings("NullAway.Init") // picocli insists on it
    private String name;

    @Option(names = "--client", description = "For a member that gives jobs and hosts no workers.")
    private boolean client;

    @Option(names = "--minutes", paramLabel = "N", description = "How long it is good for. Default: 10.")
    private int minutes = 10;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "As of the first node. Default: clusterpool.cluster.home.")
    private @Nullable String home;

    @Override
    public Integer call() {
        Map<String, Object> keys = new LinkedHashMap<>();
        ClusterOptions.put(keys, "cluster.home", home);
        PoolConfig config = ClusterOptions.checked(spec, () -> new ClusterOptions().config(keys));
        try {
            String ticket = ClusterOptions.checked(
                    spec, () -> ClusterAdmin.ticket(config, name, !client, Duration.ofMinutes(minutes)));
            spec.commandLine().getOut().println(ticket);
            return 0;
        } catch (PoolStartException e) {
            spec.commandLine().getErr().println("clusterpool: " + e.getMessage());
            return 3;
        }
    }
}
