package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come, go and are killed while jobs run; and who is not let in. Each node is a JVM of its own. */
@Tag("nodes")
class ClusterFaultsTest {
    @TempDir
    Path folder;

    private final List<NodeJvm> nodes = new ArrayList<>();
    private Path home;

    @BeforeEach
    void setUp() {
        home = folder.resolve("home");
    }

    @AfterEach
    void endNodes() throws Exception {
        for (NodeJvm node : nodes) {
            node.close();
        }
    }

    private NodeJvm first() throws Exception {
        return node("--workers", "2", "--name", "first");
    }

    private NodeJvm second() throws Exception {
        return node("--workers", "2", "--name", "second", "--join", nodes.get(0).address());
    }

    private NodeJvm node(String... arguments) throws Exception {
        NodeJvm node = NodeJvm.start(home, arguments);
        nodes.add(node);
        return node;
    }

    private PoolConfig config(int workers, String more) {
        return LivePool.config("""
                name = faults, placement = cluster
                lease { heartbeat = 200ms, suspect = 1s, lost = 4s }
                cluster { home = "%s", start-timeout = %ds }
                %s
                """.formatted(home, Patience.much().toSeconds(), more))
                .workers(workers);
    }

    private Pool open(int workers) {
        Pool pool = Pool.open(config(workers, ""));
        pool.resize(workers).join(Patience.much());
        return pool;
    }

    /** Each task tells where it began, and in which attempt, and then waits for {@code end}. */
    private static Job<List<String>> working(Pool pool, int tasks, Path marks, Gate end) throws Exception {
        Files.createDirectories(marks);
        String folder = marks.toString();
        return pool.with(JobOptions.chunkSize(1))
                .lapply(IntStream.range(0, tasks).boxed().toList(), i -> {
                    Files.createFile(
                            Path.of(folder, i + "-" + TaskContext.current().attempt()));
                    end.pass();
                    return i + " " + TaskContext.current().attempt();
                });
    }

    private static void awaitBegun(Path marks, int count) {
        Patience.await().until(() -> count <= filesIn(marks));
    }

    private static int filesIn(Path marks) {
        String[] names = new File(marks.toString()).list();
        return names == null ? 0 : names.length;
    }

    private static Set<Long> pids(Pool pool) {
        return new HashSet<>(pool.call(() -> ProcessHandle.current().pid()).join(Patience.much()));
    }

    @Test
    void kill_oneOfTwoNodesInMidJob_everyTaskHasItsResult() throws Exception {
        first();
        NodeJvm victim = second();
        Gate end = Gate.in(folder);
        try (Pool pool = open(2)) {
            pool.export("x", 42).done().join(Patience.much());
            assertThat(pids(pool)).hasSize(2);
            Job<List<String>> job = working(pool, 10, folder.resolve("marks"), end);
            awaitBegun(folder.resolve("marks"), 2);

            victim.kill();
            awaitBegun(folder.resolve("marks"), 3); // what it had begins once more, elsewhere
            end.open();

            assertThat(job.join(Patience.much())).hasSize(10).doesNotContainNull();
            assertThat(pids(pool)).containsExactly(nodes.get(0).pid());
            assertThat(pool.evalq("x").join(Patience.much())).containsOnly(42);
            assertThat(pool.status().workers())
                    .anySatisfy(worker -> assertThat(worker.lastDeath()).isNotEmpty());
        }
    }

    @Test
    void terminate_aNodeInMidJob_noTaskFailsOrIsTriedTwice() throws Exception {
        first();
        NodeJvm leaver = second();
        Gate end = Gate.in(folder);
        try (Pool pool = open(2)) {
            assertThat(pids(pool)).hasSize(2);
            Job<List<String>> job = working(pool, 20, folder.resolve("marks"), end);
            awaitBegun(folder.resolve("marks"), 2);

            leaver.terminate();
            Patience.await().until(() -> drains(leaver));
            end.open();

            assertThat(job.join(Patience.much()))
                    .hasSize(20)
                    .allSatisfy(done -> assertThat(done).endsWith(" 1"));
            assertThat(leaver.exitCode()).isEqualTo(143);
            assertThat(pids(pool)).containsExactly(nodes.get(0).pid());
        }
    }

    @Test
    void terminate_aNodeUnderManyTinyTasks_noneIsTriedTwice() throws Exception {
        first();
        NodeJvm leaver = second();
        try (Pool pool = open(4)) {
            assertThat(pids(pool)).hasSize(2);
            List<Job<List<Integer>>> jobs = new ArrayList<>();
            leaver.terminate();
            do {
                jobs.add(pool.with(JobOptions.chunkSize(1))
                        .lapply(
                                IntStream.range(0, 500).boxed().toList(),
                                i -> TaskContext.current().attempt()));
                jobs.get(jobs.size() - 1).join(Patience.much());
            } while (leaver.isAlive());

            assertThat(jobs).allSatisfy(job -> assertThat(job.join()).containsOnly(1));
        }
    }

    private boolean drains(NodeJvm node) {
        try (ClusterAdmin admin = ClusterAdmin.connect(config(1, ""))) {
            return admin.nodes().stream()
                    .anyMatch(each -> each.name().startsWith(node.name() + "@") && each.draining());
        }
    }

    @Test
    void drain_byAnOperator_theNodeEndsWithoutAnError() throws Exception {
        first();
        NodeJvm leaver = second();
        try (Pool pool = open(4)) {
            int exit = run("drain", "--home", home.toString(), "second");

            assertThat(exit).isZero();
            assertThat(leaver.exitCode()).isZero();
            assertThat(pool.lapply(List.of(1, 2, 3), i -> i * 2).join(Patience.much()))
                    .containsExactly(2, 4, 6);
        }
        assertThat(run("drain", "--home", home.toString(), "nobody")).isEqualTo(1);
    }

    @Test
    void join_aNodeWhileTheWorkIsUnderWay_getsItsShareWhenThePoolGrows() throws Exception {
        first();
        Gate end = Gate.in(folder);
        try (Pool pool = open(2)) {
            Job<List<String>> job = working(pool, 12, folder.resolve("marks"), end);
            awaitBegun(folder.resolve("marks"), 2);

            NodeJvm fresh = second();
            pool.resize(4).join(Patience.much());
            awaitBegun(folder.resolve("marks"), 4);
            end.open();

            assertThat(job.join(Patience.much())).hasSize(12);
            assertThat(pids(pool)).contains(fresh.pid());
        }
    }

    @Test
    void open_tooFewSlots_servesWithThemAndSaysWhatIsMissing() throws Exception {
        first();
        try (Pool pool = Pool.open(config(3, "restart.min-backoff = 10ms").workers(3))) {
            assertThat(pool.lapply(List.of(1, 2, 3), i -> i + 1).join(Patience.much()))
                    .containsExactly(2, 3, 4);
        }
    }

    @Test
    void open_noNode_failsAndSaysWhatToDo() {
        PoolConfig nowhere = config(2, "security = none, cluster.start-timeout = 1s, cluster.join = \"127.0.0.1:1\"");

        assertThatThrownBy(() -> Pool.open(nowhere))
                .isInstanceOf(PoolStartException.class)
                .hasMessageContaining("127.0.0.1:1 within clusterpool.cluster.start-timeout (1 s)");
    }

    @Test
    void ticket_goodOnce_letsAMemberInAndIsRefusedTheSecondTime() throws Exception {
        NodeJvm first = first();
        Path ticket = folder.resolve("ticket");
        assertThat(run(ticket, "ticket", "--home", home.toString(), "other")).isZero();

        home = folder.resolve("other-home");
        NodeJvm other = node("--join", first.address(), "--ticket", ticket.toString());

        assertThat(other.name()).isEqualTo("other");
        Path said = folder.resolve("said");
        String third = folder.resolve("third-home").toString();
        assertThat(run(
                        said,
                        "node",
                        "--home",
                        third,
                        "--port",
                        "0",
                        "--join",
                        first.address(),
                        "--ticket",
                        ticket + ""))
                .isEqualTo(3);
        assertThat(Files.readAllLines(said)).singleElement().asString().contains("used-ticket");
    }

    /** With folders of their own, as on machines of their own: nobody else remembers for the first who the others are. */
    @Test
    void terminate_theFirstNode_theOtherAnswersAndTheFirstJoinsItWhenItStartsAgain() throws Exception {
        NodeJvm first = first();
        Path ofFirst = home;
        String ticket = ClusterAdmin.ticket(config(1, ""), "second", true, Duration.ofMinutes(5));
        home = folder.resolve("other-home");
        node(
                "--join",
                first.address(),
                "--ticket",
                Files.writeString(folder.resolve("ticket"), ticket).toString());
        home = ofFirst;

        first.terminate();

        assertThat(first.exitCode()).isEqualTo(143);
        assertThat(names()).containsExactly("second");
        first();
        assertThat(names()).containsExactly("first", "second");
    }

    /** As the folder of the first node finds them. */
    private List<String> names() {
        try (ClusterAdmin admin = ClusterAdmin.connect(config(1, ""))) {
            return admin.nodes().stream()
                    .map(each -> each.name().replaceAll("@.*", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void join_nodeOfAnotherCluster_isRefusedInOneLine() throws Exception {
        NodeJvm first = first();
        home = folder.resolve("other-home");
        first(); // makes the other authority
        Path said = folder.resolve("said");

        int exit = run(said, "node", "--home", home.toString(), "--port", "0", "--join", first.address());

        assertThat(exit).isEqualTo(3);
        assertThat(Files.readAllLines(said))
                .singleElement()
                .asString()
                .startsWith("clusterpool: the member at " + first.address() + " must be of this cluster");
    }

    @Test
    void join_withoutCredentials_saysHowToGetThem() throws Exception {
        NodeJvm first = first();
        Path said = folder.resolve("said");

        int exit = run(said, "node", "--home", folder.resolve("new") + "", "--port", "0", "--join", first.address());

        assertThat(exit).isEqualTo(3);
        assertThat(Files.readAllLines(said))
                .singleElement()
                .asString()
                .contains("must have credentials", "clusterpool ticket");
    }

    @Test
    void node_wildcardAddress_isRefused() throws Exception {
        Path said = folder.resolve("said");

        int exit = run(said, "node", "--home", home + "", "--host", "0.0.0.0", "--port", "0", "--security", "none");

        assertThat(exit).isEqualTo(3);
        assertThat(Files.readString(said)).contains("clusterpool.cluster.host must be the one address", "0.0.0.0");
    }

    @Test
    void status_twoNodes_printsBoth() throws Exception {
        first();
        second();
        Path said = folder.resolve("said");

        int exit = run(said, "status", "--home", home.toString());

        assertThat(exit).isZero();
        assertThat(Files.readString(said)).contains("first@127.0.0.1:", "second@127.0.0.1:");
    }

    /** By the command that began the cluster: it finds it again, and so does an operator meanwhile. */
    @Test
    void kill_theFirstNodeAndStartItAgain_isOneCluster() throws Exception {
        NodeJvm first = first();
        second();
        Path said = folder.resolve("said");
        Patience.await().until(() -> Files.readAllLines(home.resolve("members")).size() == 2);

        first.kill();
        assertThat(first.exitCode()).isEqualTo(137);
        assertThat(run(said, "status", "--home", home.toString())).isZero();
        assertThat(Files.readString(said)).contains("second@127.0.0.1:").contains("?@" + first.address());
        first();

        Patience.await()
                .untilAsserted(
                        () -> { // others hear of it when the one that was killed is given up
                            assertThat(run(said, "status", "--home", home.toString()))
                                    .isZero();
                            assertThat(Files.readString(said))
                                    .contains("first@127.0.0.1:", "second@127.0.0.1:", "serves");
                        });
    }

    @Test
    void run_onTheCluster_printsTheResults() throws Exception {
        NodeJvm first = first();
        Path words = Files.writeString(folder.resolve("words"), "eins\nzwei\nsieben\n");
        Path said = folder.resolve("said");

        int exit = run(
                said,
                "run",
                "--home",
                home.toString(),
                "--join",
                first.address(),
                "--workers",
                "2",
                "line -> line.length()",
                words.toString());

        assertThat(exit).isZero();
        assertThat(Files.readAllLines(said))
                .filteredOn(line -> !line.contains(" WARN ")) // of a machine that is busy; on standard error
                .containsExactly("4", "4", "6");
    }

    private int run(String... arguments) throws Exception {
        return run(folder.resolve("output"), arguments);
    }

    /** The command line as a process, to its end. */
    static int run(Path output, String... arguments) throws Exception {
        Process process = NodeJvm.command(List.of(arguments))
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(Patience.much().toSeconds(), TimeUnit.SECONDS))
                    .as(Files.readString(output))
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
