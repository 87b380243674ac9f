package io.github.clusterpool.node;

import io.github.clusterpool.Fn;
import io.github.clusterpool.JobFailedException;
import io.github.clusterpool.Placement;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.PoolException;
import io.github.clusterpool.PoolMissingException;
import io.github.clusterpool.PoolStartException;
import io.github.clusterpool.Result;
import io.github.clusterpool.Script;
import io.github.clusterpool.TaskFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Applies a script to each line of a file and prints the results in the order of the lines. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Applies a script to each line of a file, on worker JVMs or on the nodes of a cluster, and prints one result per line, in order;"
                        + " a null, or a line that failed, as an empty one.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:every line has its result",
            "1:some lines failed; standard error names them",
            "2:wrong usage: an option, the script, the file or application.conf",
            "3:the pool could not be started, or is not there"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  clusterpool run 'line -> line.length()' words.txt",
            "  clusterpool run --join 127.0.0.1:7355 --workers 8 'line -> line.length()' words.txt   on a cluster's nodes",
            "  clusterpool run --join 127.0.0.1:7355 --pool images 'line -> line.length()' words.txt   by a pool that is there",
            "  seq 5 | clusterpool run --workers 2 'line -> sqrt(line)'",
            "  clusterpool run --jvm-option=-Xmx1g 'line -> line.split(\",\")[2]' table.csv"
        })
final class Run implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--workers", paramLabel = "N", description = "How many workers. Default: clusterpool.workers.")
    private @Nullable Integer workers;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            description = "A pool that is on the cluster, instead of one for this run.")
    private @Nullable String pool;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--in-process", description = "Workers are threads of this JVM, not JVMs of their own.")
    private boolean inProcess;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPT",
            description = "For worker JVMs, such as -Xmx1g; repeatable. Default: clusterpool.processes.jvm-options.")
    private List<String> jvmOptions = new ArrayList<>();

    @Parameters(index = "0", paramLabel = "SCRIPT", description = "Such as 'line -> line.length()'.")
    @SuppressWarnings("NullAway.Init") // picocli insists on it
    private String script;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "In UTF-8. Default: standard input.")
    private @Nullable Path file;

    @Override
    public Integer call() {
        Fn<String, Object> fn = checked(() -> Script.fn(script));
        PoolConfig config;
        try {
            config = checked(this::config);
        } catch (PoolStartException e) {
            return failed(e, 3);
        }
        List<String> lines = checked(this::lines);
        try (Pool own = pool == null ? Pool.open(config) : Pool.connect(config)) {
            return print(lines, own, fn);
        } catch (PoolStartException | PoolMissingException e) {
            return failed(e, 3);
        } catch (PoolException e) {
            return failed(e, 1);
        }
    }

    /** Whatever the user can put right is wrong usage. */
    private <T> T checked(Callable<T> input) {
        try {
            return input.call();
        } catch (PoolStartException e) {
            throw e;
        } catch (Exception e) {
            String message = e instanceof IOException ? "FILE must be readable as UTF-8, got " + e : e.getMessage();
            throw new ParameterException(spec.commandLine(), message, e);
        }
    }

    private PoolConfig placed(PoolConfig config) {
        boolean joins = pool != null || !config.cluster().join().isEmpty() || cluster.hasTicket();
        return config.placement(inProcess ? Placement.IN_PROCESS : joins ? Placement.CLUSTER : Placement.PROCESSES);
    }

    private PoolConfig config() throws IOException {
        if (pool != null && (workers != null || inProcess || !jvmOptions.isEmpty())) {
            throw new IllegalArgumentException(
                    "a pool that is on the cluster has its workers, so --pool must come without"
                            + " --workers, --in-process and --jvm-option");
        }
        PoolConfig config = cluster.config(Map.of());
        config = pool == null ? config : config.name(pool);
        config = placed(inProcess ? config : cluster.enrolled(config));
        config = workers == null ? config : config.workers(workers);
        return jvmOptions.isEmpty() ? config : config.jvmOptions(jvmOptions.toArray(String[]::new));
    }

    private List<String> lines() throws IOException {
        if (file != null) {
            return Files.readAllLines(file);
        }
        // not closed: standard input is not ours
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                .lines()
                .toList();
    }

    private int print(List<String> lines, Pool pool, Fn<String, Object> fn) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            pool.lapply(lines, fn).join().forEach(result -> out.println(text(result)));
            return 0;
        } catch (JobFailedException e) {
            for (Result<?> outcome : e.outcomes()) {
                out.println(text(outcome.value()));
                Throwable error = outcome.error();
                if (error != null) {
                    err.println("line " + (outcome.index() + 1) + ": " + message(error));
                }
            }
            return 1;
        }
    }

    private static String text(@Nullable Object result) {
        return result == null ? "" : result instanceof Object[] array ? Arrays.toString(array) : result.toString();
    }

    /** The line stands in front and the script is all there is, so what went wrong in it says enough. */
    private static String message(Throwable error) {
        Throwable told = error instanceof TaskFailedException && error.getCause() != null ? error.getCause() : error;
        return told.getMessage() == null ? told.toString() : told.getMessage();
    }

    private int failed(PoolException e, int exitCode) {
        spec.commandLine().getErr().println("clusterpool: " + e.getMessage());
        return exitCode;
    }
}
