package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.trust.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pool on three nodes in a network whose ways are cut, lossy and slow. The nodes' JVMs are the same from the first case to
 * the last: whatever is done to a case's network, all of them serve again afterwards.
 */
@Tag("netns")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartitionTest {
    private static final int NODES = 3;
    private static final int DRIVER = 0;
    private static final int WORKERS = 2 * NODES;
    private static final int TASKS = 60;

    /** What tells the node in question from the others, and where its tasks are to wait. */
    private record Far(long pid, Gate gate) {}

    @TempDir
    static Path folder;

    private Network network;
    private final List<NodeJvm> nodes = new ArrayList<>();
    private ActorSystem<Void> system;
    private Pool pool;

    @BeforeAll
    void start() throws Exception {
        network = Network.of(NODES);
        for (int host = 1; host <= NODES; host++) {
            nodes.add(node(host));
        }
        PoolConfig config = config("partition");
        system = ClusterSystem.join(config, Role.CLIENT);
        pool = Pools.of(system).pool(config, true);
        pool.init(WORKERS).join(Patience.much());
        pool.resize(WORKERS).join(Patience.much());
    }

    @AfterAll
    void end() throws Exception {
        if (pool != null) {
            pool.close();
        }
        for (NodeJvm node : nodes) {
            node.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @AfterEach
    void allServeAgainInTheSameJvms() throws Exception {
        network.heal();
        assertThat(nodes).allMatch(NodeJvm::isAlive);
        Patience.await().until(() -> served().size() == NODES);
    }

    private NodeJvm node(int host) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                "node",
                "--home",
                home(),
                "--workers",
                "2",
                "--name",
                "node-" + host,
                "--host",
                network.address(host),
                "--port",
                "7355"));
        if (host > 1) {
            line.addAll(List.of("--join", network.address(1) + ":7355"));
        }
        ProcessBuilder command = network.on(host, NodeJvm.command(line));
        command.environment().put("CLUSTERPOOL_REMOVE_AFTER", "9s");
        return NodeJvm.start(command);
    }

    private static String home() {
        return folder.resolve("home").toString();
    }

    private PoolConfig config(String name) {
        return LivePool.config("""
                name = %s, placement = cluster
                lease { heartbeat = 250ms, suspect = 2s, lost = 6s }
                restart { min-backoff = 100ms, max-backoff = 1s }
                cluster {
                  home = "%s", host = "%s", remove-after = 9s, start-timeout = %ds, join = "%s:7355"
                }
                """.formatted(
                        name, home(), network.address(DRIVER), Patience.some().toSeconds(), network.address(1)))
                .workers(WORKERS);
    }

    /** The nodes that the pool's workers are on, by their JVMs. */
    private Set<Long> served() {
        return new HashSet<>(pool.call(() -> ProcessHandle.current().pid()).join(Patience.much()));
    }

    private Far far(int host) {
        return new Far(nodes.get(host - 1).pid(), Gate.in(folder));
    }

    /** Tasks write down that they begin, and those on the far node stay there until its gate is open. */
    private Job<List<Integer>> working(int retries, Ledger ledger, Far far) {
        long farPid = far.pid();
        Gate gate = far.gate();
        return pool.with(JobOptions.retries(retries).chunkSize(TASKS / WORKERS))
                .lapply(IntStream.range(0, TASKS).boxed().toList(), i -> {
                    long pid = ProcessHandle.current().pid();
                    ledger.add(i + " " + pid);
                    if (pid == farPid) {
                        gate.pass();
                    }
                    return i;
                });
    }

    private static long begunBy(Ledger ledger, long pid) throws Exception {
        return ledger.lines().stream().filter(line -> line.endsWith(" " + pid)).count();
    }

    private static Set<Integer> begunByOthers(Ledger ledger, long pid) throws Exception {
        return ledger.lines().stream()
                .filter(line -> !line.endsWith(" " + pid))
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf(' '))))
                .collect(Collectors.toSet());
    }

    private static List<Integer> all() {
        return IntStream.range(0, TASKS).boxed().toList();
    }

    /** Each element has one outcome, though those of the cut node run elsewhere and its own come later. */
    private void expectAllDoneWithoutTheFar(Job<List<Integer>> job, Ledger ledger, Far far) throws Exception {
        Probe<? extends Result<?>> outcomes = Probe.of(job.results());
        outcomes.request(2L * TASKS);
        assertThat(job.join(Patience.much())).isEqualTo(all());
        assertThat(begunByOthers(ledger, far.pid())).hasSize(TASKS);
        long begunThere = begunBy(ledger, far.pid());

        far.gate().open(); // its lease is over: what waits behind these must not begin any more

        network.heal();
        Patience.await().until(() -> served().size() == NODES);
        assertThat(begunBy(ledger, far.pid())).isEqualTo(begunThere);
        assertThat(outcomes.toEnd()).extracting(Result::index).containsExactlyInAnyOrderElementsOf(all());
    }

    @Test
    void cutOff_aNode_itsTasksRunElsewhereAndItComesBack() throws Exception {
        Far far = far(3);
        Ledger ledger = Ledger.in(folder);
        Job<List<Integer>> job = working(3, ledger, far);
        Patience.await().until(() -> begunBy(ledger, far.pid()) == 2);

        network.cutOff(3);

        expectAllDoneWithoutTheFar(job, ledger, far);
    }

    /** Longer than the cluster bears: it has to join again, in the same JVM. */
    @Test
    void cutOff_aNodeUntilItIsRemoved_itComesBackInTheSameJvm() throws Exception {
        Far far = far(2);
        Ledger ledger = Ledger.in(folder);
        Job<List<Integer>> job = working(0, ledger, far);
        Patience.await().until(() -> begunBy(ledger, far.pid()) == 2);

        network.cutOff(2);
        JobFailedException error = PoolCase.failure(JobFailedException.class, job);
        Patience.await().until(() -> nodesInStatus().size() == NODES - 1);
        far.gate().open();
        network.heal();
        Patience.await().until(() -> nodesInStatus().size() == NODES);

        assertThat(error.outcomes()).hasSize(TASKS);
        assertThat(error.outcomes().stream().filter(outcome -> !outcome.isSuccess()))
                .hasSize(2 * TASKS / WORKERS)
                .allSatisfy(outcome -> assertThat(outcome.error()).isInstanceOf(WorkerLostException.class));
        assertThat(begunBy(ledger, far.pid())).isEqualTo(2);
        assertThat(ledger.lines()).hasSize(TASKS - 2 * TASKS / WORKERS + 2).doesNotHaveDuplicates();
    }

    private List<NodeStatus> nodesInStatus() {
        try (ClusterAdmin admin = ClusterAdmin.connect(config("status"))) {
            return admin.nodes();
        }
    }

    @Test
    void cutOneWay_fromANodeToTheDriver_itsTasksRunElsewhereAndItIsUsedAgain() throws Exception {
        Far far = far(3);
        Ledger ledger = Ledger.in(folder);
        Job<List<Integer>> job = working(3, ledger, far);
        Patience.await().until(() -> begunBy(ledger, far.pid()) == 2);

        network.cutOneWay(3, DRIVER);

        expectAllDoneWithoutTheFar(job, ledger, far);
    }

    /** Nothing that the pool does goes from node to node. */
    @Test
    void cut_betweenTwoNodes_costsThePoolNothing() throws Exception {
        List<Integer> restarts = restarts();

        network.cut(2, 3);

        Patience.await().until(() -> isUnreachable(2) || isUnreachable(3));
        Job<List<Integer>> job = working(0, Ledger.in(folder), new Far(-1, Gate.in(folder)));
        assertThat(job.join(Patience.much())).isEqualTo(all());
        assertThat(nodesInStatus()).hasSize(NODES); // it joins, though two cannot reach each other
        assertThat(restarts()).isEqualTo(restarts);
    }

    private boolean isUnreachable(int host) {
        return StreamSupport.stream(members().getUnreachable().spliterator(), false)
                .anyMatch(member -> member.address().host().contains(network.address(host)));
    }

    private long memberCount() {
        return StreamSupport.stream(members().getMembers().spliterator(), false).count();
    }

    private ClusterEvent.CurrentClusterState members() {
        return Cluster.get(Adapter.toClassic(system)).state();
    }

    private List<Integer> restarts() {
        return pool.status().workers().stream().map(WorkerStatus::restarts).toList();
    }

    @Test
    void lossAndDelay_onTheWayToANode_costTimeOnly() throws Exception {
        List<Integer> restarts = restarts();
        network.lose(2, 20);
        network.slow(3, "4mbit");
        try {
            byte[] large = new byte[300_000];
            pool.export("large", large).done().join(Patience.much());
            Job<List<Integer>> job = pool.with(JobOptions.retries(0).chunkSize(2))
                    .lapply(all(), i -> i + Env.<byte[]>get("large").length);

            assertThat(job.join(Patience.much()))
                    .isEqualTo(all().stream().map(i -> i + large.length).toList());
        } finally {
            network.speedUp(3);
        }
        assertThat(restarts()).isEqualTo(restarts);
    }

    /** Of the driver with everybody: what is left beyond is nodes that wait for it. */
    @Test
    void cutOff_theDriverUntilAllAreRemoved_theNodesComeBackToIt() throws Exception {
        network.cutOff(DRIVER);
        Patience.await().until(() -> memberCount() == 1);
        network.heal();

        Patience.await().until(() -> memberCount() == 1 + NODES);
        pool.init(WORKERS).join(Patience.much());
        assertThat(pool.lapply(all(), i -> i).join(Patience.much())).isEqualTo(all());
    }
}
