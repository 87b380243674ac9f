package io.github.clusterpool.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.ClusterNode;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.PoolStartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What each command that has to do with a cluster can be told, each also a key of application.conf, and how it ends. */
final class ClusterOptions {
    /** What is done on the cluster. */
    interface Work {
        /** Gives the exit code. */
        int on(PoolConfig config);
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description = "A node of the cluster; several with commas. Default: clusterpool.cluster.join.")
    private @Nullable String join;

    @Option(
            names = "--ticket",
            arity = "0..1",
            fallbackValue = "-",
            paramLabel = "FILE",
            description =
                    "The ticket of a member's first start, in a file that only its user can read. Without FILE, or"
                            + " as -: a line of standard input.")
    private @Nullable String ticket;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description =
                    "Keys and audit log. Default: clusterpool.cluster.home, or clusterpool in the user's data folder.")
    private @Nullable String home;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "The address by which others reach this member. Default: clusterpool.cluster.host, 127.0.0.1.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "0 for one of the system's choice. Default: clusterpool.cluster.port.")
    private @Nullable String port;

    @Option(
            names = "--security",
            paramLabel = "tls|none",
            description = "none: no keys, for networks that nobody else is on. Default: clusterpool.security, tls.")
    private @Nullable String security;

    boolean hasTicket() {
        return ticket != null;
    }

    /** With the configuration, after the ticket, if there is one, was taken to the authority. */
    int run(Map<String, Object> more, Work work) {
        PoolConfig config = checked(spec, () -> config(more));
        try {
            return work.on(checked(spec, () -> enrolled(config)));
        } catch (PoolStartException e) {
            spec.commandLine().getErr().println("clusterpool: " + e.getMessage());
            return 3;
        }
    }

    /** Of application.conf, with what was given on the command line and {@code more}. */
    PoolConfig config(Map<String, Object> more) {
        Map<String, Object> keys = new LinkedHashMap<>(more);
        put(keys, "cluster.join", join);
        put(keys, "cluster.home", home);
        put(keys, "cluster.host", host);
        put(keys, "cluster.port", port);
        put(keys, "security", security);
        Map<String, Object> full = new LinkedHashMap<>();
        keys.forEach((key, value) -> full.put("clusterpool." + key, value));
        Config given = ConfigFactory.parseMap(full, "the command line");
        return PoolConfig.from(given.withFallback(ConfigFactory.load()));
    }

    /** What was not given leaves its key as it is. */
    static void put(Map<String, Object> keys, String key, @Nullable Object value) {
        if (value != null) {
            keys.put(key, value);
        }
    }

    /** The same after the ticket, if there is one, was taken to the authority. */
    PoolConfig enrolled(PoolConfig config) throws IOException {
        return ticket == null ? config : ClusterNode.enrol(config, read(ticket));
    }

    private static String read(String from) throws IOException {
        if (!from.equals("-")) {
            List<String> lines = Files.readAllLines(Path.of(from));
            return lines.isEmpty() ? "" : lines.get(0);
        }
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return line == null ? "" : line;
    }

    /** Whatever the user can put right is wrong usage. */
    static <T> T checked(CommandSpec spec, Callable<T> input) {
        try {
            return input.call();
        } catch (IllegalArgumentException | IOException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
