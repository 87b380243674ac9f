package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A pool that four nodes host, each a JVM of its own, which end one after another, by SIGTERM and by SIGKILL. */
@Tag("clients")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostedFaultsTest {
    @TempDir
    static Path folder;

    private final List<NodeJvm> nodes = new ArrayList<>();
    private Pool pool;

    /** Of a member beside that node. */
    static PoolConfig config(Path home, String join) {
        return LivePool.config("""
                name = hosted, placement = cluster
                lease { heartbeat = 200ms, suspect = 1s, lost = 4s }
                cluster { home = "%s", join = "%s", start-timeout = %ds }
                """.formatted(home, join, Patience.much().toSeconds()));
    }

    private static Path home() {
        return folder.resolve("home");
    }

    @BeforeAll
    void begin() throws Exception {
        nodes.add(NodeJvm.start(home(), "--workers", "2", "--name", "n1"));
        for (int i = 2; i <= 4; i++) {
            String join = nodes.get(0).address();
            nodes.add(NodeJvm.start(home(), "--workers", "2", "--name", "n" + i, "--join", join));
        }
        pool = Pool.open(config(home(), nodes.get(3).address()).workers(2).onCluster());
        pool.export("x", 42).done().join(Patience.much());
    }

    @AfterAll
    void end() throws Exception {
        pool.close();
        for (NodeJvm node : nodes) {
            node.close();
        }
    }

    private static List<Integer> upTo(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    private static void expectServes(Pool pool) {
        assertThat(pool.sapply(upTo(4), Script.fn("i -> i + x"))
                        .join(Patience.much())
                        .toIntArray())
                .containsExactly(42, 43, 44, 45);
    }

    /** Tasks above 5 wait for the gate. */
    private static Fn<Integer, Integer> gated(Ledger begun, Gate end) {
        return i -> {
            begun.add(i + " " + TaskContext.current().attempt());
            if (i > 5) {
                end.pass();
            }
            return i + Env.<Integer>get("x");
        };
    }

    @Test
    @Order(0)
    void commandLine_ofAnotherProcess_usesThePoolAndShowsWhereItIs() throws Exception {
        Path numbers = Files.writeString(folder.resolve("numbers"), "1\n2\n");
        Path said = folder.resolve("said");
        String home = home().toString();

        assertThat(ClusterFaultsTest.run(
                        said, "run", "--home", home, "--pool", "hosted", "n -> n * 1 + x", numbers + ""))
                .isZero();
        assertThat(Files.readAllLines(said)).containsExactly("43", "44");
        assertThat(ClusterFaultsTest.run(said, "status", "--home", home)).isZero();
        assertThat(Files.readString(said)).containsPattern("hosted +n1@127.0.0.1:\\d+ +2 +0 +0");
    }

    @Test
    @Order(1)
    void terminate_hostInMidJob_noTaskFailsOrRunsTwice() throws Exception {
        Ledger begun = Ledger.in(folder);
        Gate end = Gate.in(folder);
        Job<List<Integer>> job = pool.with(JobOptions.retries(0).chunkSize(1)).lapply(upTo(12), gated(begun, end));
        Patience.await().until(() -> job.progress().done() == 6);

        nodes.get(0).terminate();
        end.open();

        assertThat(job.join(Patience.much()))
                .isEqualTo(IntStream.range(42, 54).boxed().toList());
        assertThat(begun.lines()).hasSize(12).doesNotHaveDuplicates().allMatch(line -> line.endsWith(" 1"));
        expectServes(pool);
        assertThat(nodes.get(0).exitCode()).isEqualTo(143);
    }

    @Test
    @Order(2)
    void kill_hostInMidJobs_eachGoesOnAsItMay() throws Exception {
        Ledger begun = Ledger.in(folder);
        Ledger once = Ledger.in(folder);
        Gate end = Gate.in(folder);
        Job<List<Integer>> again = pool.with(JobOptions.chunkSize(1)).lapply(upTo(12), gated(begun, end));
        Job<List<Integer>> atMostOnce =
                pool.with(JobOptions.retries(0).chunkSize(1)).lapply(upTo(12), gated(once, end));
        Patience.await()
                .until(() -> again.progress().done() + atMostOnce.progress().done() >= 6);
        int doneOnce = (int) atMostOnce.progress().done();

        nodes.get(1).kill();
        end.open();

        assertThat(again.join(Patience.much()))
                .isEqualTo(IntStream.range(42, 54).boxed().toList());
        assertThat(again.progress().done()).as("no outcome comes twice").isEqualTo(12);
        assertThat(begun.lines()).as("each attempt begins once").doesNotHaveDuplicates();
        assertThat(once.lines()).as("at most once").doesNotHaveDuplicates();
        assertThatThrownBy(() -> atMostOnce.join(Patience.much()))
                .isInstanceOfSatisfying(JobFailedException.class, failed -> {
                    assertThat(failed.outcomes().stream()
                                    .filter(Result::isSuccess)
                                    .count())
                            .isGreaterThanOrEqualTo(doneOnce);
                    assertThat(failed.outcomes().stream().filter(each -> !each.isSuccess()))
                            .isNotEmpty()
                            .allSatisfy(each -> assertThat(each.error())
                                    .hasMessageContaining("lost with the host of pool 'hosted'; it may have run"));
                });
        expectServes(pool);
    }

    @Test
    @Order(3)
    void kill_client_itsJobsAreCancelledAndTheDetachedOneIsFoundById() throws Exception {
        Ledger ids = Ledger.in(folder);
        Ledger begun = Ledger.in(folder);
        Gate end = Gate.in(folder);
        Process client = DriverJvm.start(
                List.of("-XX:TieredStopAtLevel=1"),
                DoomedClient.class,
                home().toString(),
                nodes.get(3).address(),
                ids.file(),
                begun.file(),
                end.file());
        Patience.await().until(() -> !ids.lines().isEmpty() && !begun.lines().isEmpty());

        client.destroyForcibly().waitFor();
        Job<List<Integer>> found = pool.job(ids.lines().get(0));
        try (ClusterAdmin admin =
                ClusterAdmin.connect(config(home(), nodes.get(3).address()))) {
            Patience.await().until(() -> open(admin) == 3);
            assertThat(admin.pools())
                    .singleElement()
                    .satisfies(known -> assertThat(known.host()).startsWith("n3@"));
        }
        end.open();

        assertThat(found.join(Patience.much())).containsExactly(100, 200, 300);
        assertThat(begun.lines()).hasSize(3).allMatch(line -> line.startsWith("stays"));
        expectServes(pool);
    }

    /** Tasks that wait or run. */
    private static int open(ClusterAdmin admin) {
        return admin.pools().stream()
                .mapToInt(each -> each.status().queued() + each.status().running())
                .sum();
    }
}
