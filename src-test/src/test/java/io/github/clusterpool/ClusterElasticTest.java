package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pools that share nodes, follow them as they come, and have some workers of their own; on nodes that are JVMs. */
@Tag("nodes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterElasticTest {
    @TempDir
    static Path folder;

    private final List<NodeJvm> nodes = new ArrayList<>();
    private Path home;

    @BeforeAll
    void startNodes() throws Exception {
        home = folder.resolve("home");
        node("first", "--workers", "2");
        node("second", "--workers", "2", "--tags", "gpu,big");
    }

    @AfterAll
    void endNodes() throws Exception {
        for (NodeJvm node : nodes) {
            node.close();
        }
    }

    private NodeJvm node(String name, String... more) throws Exception {
        List<String> all = new ArrayList<>(List.of("--name", name));
        all.addAll(List.of(more));
        if (!nodes.isEmpty()) {
            all.addAll(List.of("--join", nodes.get(0).address()));
        }
        NodeJvm node = NodeJvm.start(home, all.toArray(new String[0]));
        nodes.add(node);
        return node;
    }

    private PoolConfig config(String name, int workers) {
        return LivePool.config("""
                name = %s, placement = cluster
                cluster { home = "%s", start-timeout = %ds }
                """.formatted(name, home, Patience.scaled(10).toSeconds()))
                .workers(workers);
    }

    private static List<Long> pids(Pool pool) {
        return pool.call(() -> ProcessHandle.current().pid()).join(Patience.much());
    }

    /** How many workers serve, as of now. */
    private static long ready(Pool pool) {
        pool.lapply(List.of(1), i -> i).join(Patience.much());
        return pool.status().workers().stream()
                .filter(worker -> worker.state() == WorkerStatus.State.READY)
                .count();
    }

    @Test
    void onNodes_tag_hasItsWorkersThereAndSaysWhatIsMissing() {
        try (Pool pool = Pool.open(config("tagged", 2).onNodes("gpu").minWorkers(2))) {
            assertThat(pids(pool)).hasSize(2).containsOnly(nodes.get(1).pid());
        }
        PoolConfig tooMany = config("tagged", 3).onNodes("gpu").minWorkers(3);

        assertThatThrownBy(() -> Pool.open(tooMany))
                .isInstanceOf(PoolStartException.class)
                .hasMessageContaining(
                        "of the 3 that must be ready (clusterpool.min-workers), 2 can be; it found no free"
                                + " slot within clusterpool.cluster.start-timeout")
                .hasMessageContaining("1 node with the tags gpu offers 2 slots (")
                .hasMessageContaining("--tags gpu");
    }

    @Test
    void localWorkers_some_jobsRunHereAndThere() {
        try (Pool pool = Pool.open(config("mixed", 3).localWorkers(1).minWorkers(3))) {
            pool.export("x", 7);
            List<Long> pids = pids(pool);

            assertThat(pids.get(0)).isEqualTo(ProcessHandle.current().pid());
            assertThat(new HashSet<>(pids)).hasSize(3);
            assertThat(pool.evalq("x * 2").join(Patience.much())).containsExactly(14, 14, 14);
        }
    }

    @Test
    void open_secondPoolOnAFullCluster_eachGetsItsShareAndHasItsOwnState() {
        try (Pool one = Pool.open(config("one", 4).minWorkers(4))) {
            one.export("x", 1).done().join(Patience.much());
            Job<List<Integer>> job = one.with(JobOptions.retries(0))
                    .lapply(IntStream.range(0, 2_000).boxed().toList(), i -> {
                        Thread.sleep(1);
                        return TaskContext.current().attempt();
                    });
            try (Pool two = Pool.open(config("two", 4).minWorkers(2))) {
                two.export("x", 2).done().join(Patience.much());

                assertThat(job.join(Patience.much())).hasSize(2_000).containsOnly(1);
                Patience.await().until(() -> ready(one) == 2 && ready(two) == 2);
                assertThat(one.evalq("x").join(Patience.much())).containsOnly(1);
            }
            Patience.await().until(() -> ready(one) == 4); // it has back what it gave
            assertThat(one.evalq("x").join(Patience.much())).containsExactly(1, 1, 1, 1);
        }
    }

    @Test
    void nodeJoins_jobUnderWay_workersMoveThereWithoutATaskTwice() throws Exception {
        Path marks = Files.createDirectory(folder.resolve("marks"));
        String folder = marks.toString();
        try (Pool pool = Pool.open(config("moving", 4).minWorkers(4))) {
            pool.export("x", 3).done().join(Patience.much());
            Gate gate = Gate.in(ClusterElasticTest.folder);
            Job<List<Integer>> job = pool.with(JobOptions.retries(0).chunkSize(1))
                    .lapply(IntStream.range(0, 400).boxed().toList(), i -> {
                        Files.createFile(Path.of(folder, "task-" + i)); // or it fails, if it is there
                        if (i == 300) {
                            gate.pass();
                        }
                        Thread.sleep(5);
                        return Env.<Integer>get("x");
                    });
            NodeJvm joined = node("third", "--workers", "2");
            Patience.await()
                    .until(() -> pool.lapply(List.of(1), i -> i)
                                    .thenApply(done -> onNode(pool, "third"))
                                    .toCompletableFuture()
                                    .join()
                            > 0);
            gate.open();

            assertThat(job.join(Patience.much())).hasSize(400).containsOnly(3);
            assertThat(new HashSet<>(pids(pool))).contains(joined.pid());
            joined.terminate();
            assertThat(joined.exitCode()).isEqualTo(143);
            nodes.remove(joined);
            Patience.await().until(() -> ready(pool) == 4);
            assertThat(Set.copyOf(pids(pool))).doesNotContain(joined.pid());
        }
    }

    private static long onNode(Pool pool, String name) {
        return pool.status().workers().stream()
                .filter(worker -> worker.node().startsWith(name + "@"))
                .count();
    }

    @Test
    void autoscale_workComesAndGoes_sizeFollows() throws Exception {
        AutoscaleTest.growsAndShrinks(
                LivePool.config("""
                name = scaled, placement = cluster, autoscale { grow-after = 100ms, shrink-after = 1s }
                cluster { home = "%s", start-timeout = %ds }
                """.formatted(home, Patience.much().toSeconds()))
                        .workers(1),
                Files.createDirectory(folder.resolve("scaled")));
    }
}
