package io.github.clusterpool.bench;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.NodeJvm;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a cluster of nodes costs: TLS against none, a broadcast to many workers, and the way of a node to its first task. */
final class ClusterCosts {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int NODES = 4;
    private static final int SLOTS = 16;
    private static final int JOINS = 3;
    /** Rounds until the JVMs have compiled what the others run. */
    private static final int WARM_UP = 60;

    private final Table table;
    private final int elements;
    private final int rounds;

    ClusterCosts(Table table, int elements, int rounds) {
        this.table = table;
        this.elements = elements;
        this.rounds = rounds;
    }

    /** {@code ClusterCosts [elements] [rounds]}: these figures only. */
    public static void main(String[] args) throws Exception {
        int elements = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        new ClusterCosts(new Table(), elements, rounds).run();
    }

    /** Nodes on this machine, which end with it. */
    private static final class Nodes implements AutoCloseable {
        private final Path home = Files.createTempDirectory("cluster-costs");
        private final String security;
        private final List<NodeJvm> started = new ArrayList<>();

        Nodes(String security) throws Exception {
            this.security = security;
        }

        NodeJvm start(int slots, String... jvm) throws Exception {
            List<String> options = new ArrayList<>(List.of(
                    "--workers", Integer.toString(slots), "--name", "n" + started.size(), "--security", security));
            if (!started.isEmpty()) {
                options.addAll(List.of("--join", started.get(0).address()));
            }
            NodeJvm node = NodeJvm.startFromJars(home, List.of(jvm), options.toArray(new String[0]));
            started.add(node);
            return node;
        }

        PoolConfig pool(int workers) {
            return PoolConfig.from(ConfigFactory.parseString("""
                            clusterpool {
                              placement = cluster, name = costs_%s, security = %s, workers = %d, min-workers = %d
                              max-message-size = 256KiB, code-shipping = on
                              cluster { home = "%s", join = "%s", start-timeout = 60s }
                            }
                            """.formatted(
                                    security,
                                    security,
                                    workers,
                                    workers,
                                    home,
                                    started.get(0).address()))
                    .withFallback(ConfigFactory.load()));
        }

        @Override
        public void close() throws IOException {
            for (NodeJvm node : started) {
                try {
                    node.close();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            try (Stream<Path> files = Files.walk(home)) {
                files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(file -> file.delete());
            }
        }
    }

    void run() throws Exception {
        security();
        broadcast();
        join();
    }

    private void security() throws Exception {
        List<Integer> xs = IntStream.range(0, elements).boxed().toList();
        try (Nodes secured = new Nodes("tls");
                Nodes open = new Nodes("none")) {
            secured.start(2);
            open.start(2);
            try (Pool tls = Pool.open(secured.pool(2));
                    Pool plain = Pool.open(open.pool(2))) {
                Supplier<?>[] tasks = {
                    () -> plain.lapply(xs, i -> i + 42).join(PATIENCE),
                    () -> tls.lapply(xs, i -> i + 42).join(PATIENCE)
                };
                Sample.inTurn(WARM_UP, tasks);
                Sample[] samples = Sample.inTurn(rounds, tasks);
                String what = "lapply of " + elements + " integers, 2 workers on a joined node, ";
                table.add(what + "security = none", rate(samples[0]), "", samples[0]);
                String ratio = String.format(Locale.ROOT, "%.2f x none", samples[0].median() / samples[1].median());
                table.add(what + "mutual TLS", rate(samples[1]), ratio + " (at least 0.70)", samples[1]);
            }
        }
    }

    private String rate(Sample sample) {
        return String.format(Locale.ROOT, "%,.0f elements/s", elements / sample.median() * 1e9);
    }

    private void broadcast() throws Exception {
        try (Nodes nodes = new Nodes("tls")) {
            for (int i = 0; i < NODES; i++) {
                nodes.start(SLOTS);
            }
            int workers = NODES * SLOTS;
            try (Pool cluster = Pool.open(nodes.pool(workers));
                    Pool local = Pool.open(PoolConfig.inProcess(workers))) {
                Supplier<?>[] tasks = {
                    () -> local.export("x", 1).done().join(PATIENCE),
                    () -> cluster.export("x", 1).done().join(PATIENCE),
                    () -> local.call(() -> 1).join(PATIENCE),
                    () -> cluster.call(() -> 1).join(PATIENCE)
                };
                Sample.inTurn(5 * WARM_UP, tasks);
                Sample[] samples = Sample.inTurn(5 * rounds, tasks);
                String where = " to " + workers + " workers ";
                table.add("export" + where + "in-process", millis(samples[0]), "", samples[0]);
                table.add(
                        "export" + where + "on " + NODES + " nodes",
                        millis(samples[1]) + " (at most 20)",
                        times(samples[1], samples[0]),
                        samples[1]);
                table.add("call" + where + "in-process", millis(samples[2]), "", samples[2]);
                table.add(
                        "call" + where + "on " + NODES + " nodes",
                        millis(samples[3]),
                        times(samples[3], samples[2]),
                        samples[3]);
            }
        }
    }

    private static String millis(Sample sample) {
        return String.format(Locale.ROOT, "%,.1f ms", sample.median() / 1e6);
    }

    private static String times(Sample sample, Sample baseline) {
        return String.format(Locale.ROOT, "%.1f x in-process", sample.median() / baseline.median());
    }

    /** From the start of a node's JVM to the end of the first task on it, in a pool that waits for its slot. */
    private void join() throws Exception {
        Sample bare = Sample.of(JOINS, BareJvm::startAndEnd);
        table.add("start and end of a bare JVM, beside", millis(bare), "", bare);
        try (Nodes nodes = new Nodes("tls")) {
            nodes.start(1);
            try (Pool pool = Pool.open(nodes.pool(1))) {
                addJoins("a node from the start of its JVM to its first task", nodes, pool, bare);
                String archive = nodes.home.resolve("node.jsa").toString();
                NodeJvm trained = nodes.start(1, "-XX:ArchiveClassesAtExit=" + archive);
                awaitTask(pool, trained);
                trained.terminate();
                trained.exitCode();
                List<String> options = new ArrayList<>(deployed());
                options.add("-XX:SharedArchiveFile=" + archive);
                addJoins(
                        "the same with a class archive and the systemd unit's options",
                        nodes,
                        pool,
                        bare,
                        options.toArray(new String[0]));
            }
        }
    }

    /** How long the best compiler of a node waits, by the systemd unit. */
    private static List<String> deployed() throws IOException {
        String unit = Files.readString(Path.of("..", "cluster-node", "src", "main", "deploy", "clusterpool.service"));
        return Pattern.compile("-XX:Tier4\\S+")
                .matcher(unit)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private void addJoins(String what, Nodes nodes, Pool pool, Sample bare, String... jvm) throws Exception {
        long[] taken = new long[JOINS];
        for (int i = 0; i < JOINS; i++) {
            long begin = System.nanoTime();
            NodeJvm joined = nodes.start(1, jvm);
            awaitTask(pool, joined);
            taken[i] = System.nanoTime() - begin;
            joined.terminate();
            joined.exitCode();
        }
        Sample all = Sample.measured(taken);
        double beyond = (all.median() - bare.median()) / 1e9;
        table.add(what, millis(all), String.format(Locale.ROOT, "%.2f s beyond it (at most 3)", beyond), all);
    }

    private static void awaitTask(Pool pool, NodeJvm joined) {
        pool.resize(2); // a call waits for all workers
        if (!pool.call(() -> ProcessHandle.current().pid()).join(PATIENCE).contains(joined.pid())) {
            throw new IllegalStateException("no task ran on " + joined.address());
        }
        pool.resize(1).join(PATIENCE);
    }
}
