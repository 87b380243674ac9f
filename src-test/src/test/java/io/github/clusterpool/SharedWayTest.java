package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool's workers on one node share one way: what crosses once for all of them, and who ends with whom. */
class SharedWayTest {
    private static final int NODES = 2;
    private static final int WORKERS = 6;
    private static final int LARGE = 300_000;

    private final ActorTestKit kit = ActorTestKit.create("ways", SystemConfig.driver(ConfigFactory.load()));
    private DoorsHere doors;
    private Pool pool;

    /** With as many slots as there are workers, or more. */
    private Pool open(int workers) {
        PoolConfig config = LivePool.config(
                """
                name = ways, placement = processes
                lease { heartbeat = 100ms, suspect = %dms, lost = %dms }
                """.formatted(Patience.scaled(1).toMillis(), Patience.scaled(3).toMillis()));
        doors = new DoorsHere(kit.system(), config, NODES, Math.max(WORKERS, workers) / NODES);
        pool = Pools.of(kit.system()).pool(config, doors, doors.origins());
        pool.init(workers).join(Patience.much());
        pool.resize(workers).join(Patience.much());
        return pool;
    }

    @AfterEach
    void end() {
        if (pool != null) {
            pool.close();
        }
        kit.shutdownTestKit();
    }

    /** As of now: a job's end tells. */
    private List<WorkerStatus> workers() {
        pool.lapply(List.of(1), i -> i).join(Patience.much());
        return pool.status().workers();
    }

    private List<Integer> restarts() {
        return workers().stream().map(WorkerStatus::restarts).toList();
    }

    private void awaitAllReady() {
        Patience.await().until(() -> workers().stream().allMatch(worker -> worker.state() == WorkerStatus.State.READY));
    }

    /** The ways by which workers were to come to a node. */
    private static List<Long> ways(DoorsHere.Node node) {
        return node.sent(NodeDoor.Host.class).stream().map(NodeDoor.Host::way).toList();
    }

    @Test
    void export_largeAndSmall_crossesOncePerNode() {
        open(WORKERS);

        pool.export("small", 42).done().join(Patience.much());
        pool.export("large", new byte[LARGE]).done().join(Patience.much());

        assertThat(pool.evalq(() -> Env.<byte[]>get("large").length + Env.<Integer>get("small"))
                        .join(Patience.much()))
                .isEqualTo(Collections.nCopies(WORKERS, LARGE + 42));
        assertThat(doors.nodes()).allSatisfy(node -> {
            assertThat(node.sent(NodeHost.ApplyEntry.class))
                    .hasSize(3)
                    .allSatisfy(entry -> assertThat(entry.refs()).hasSize(WORKERS / NODES));
            assertThat(node.sent(BlobPort.Piece.class).stream()
                            .mapToInt(BlobPort.Piece::length)
                            .sum())
                    .isBetween(LARGE, LARGE + 100);
        });
    }

    @Test
    void function_ofAClassThatNoNodeHas_itsClassCrossesOncePerNode() {
        open(WORKERS);

        assertThat(pool.lapply(Collections.nCopies(60, 1), ShippingTest.plus(1)).join(Patience.much()))
                .containsOnly(2);

        assertThat(doors.nodes())
                .allSatisfy(node -> assertThat(node.questions()).containsOnlyOnce("demo/Main.class"));
    }

    @Test
    void job_chunksForAllWorkers_itsFunctionCrossesOncePerNode() {
        open(WORKERS);

        pool.with(JobOptions.chunkSize(1))
                .lapply(Collections.nCopies(60, 1), i -> i)
                .join(Patience.much());

        assertThat(doors.nodes())
                .allSatisfy(node -> assertThat(node.sent(NodeHost.RunChunk.class))
                        .hasSizeGreaterThanOrEqualTo(WORKERS / NODES)
                        .filteredOn(chunk -> chunk.header() != null)
                        .hasSize(1));
    }

    @Test
    void job_ended_eachNodeThatHasItHearsOfThatOnceAndNoOther() {
        open(WORKERS);
        for (int i = 0; i < 5; i++) {
            pool.lapply(List.of(i), x -> x).join(Patience.much()); // on one node
        }
        pool.call(() -> 1).join(Patience.much());
        pool.call(() -> 2).join(Patience.much());

        for (DoorsHere.Node node : doors.nodes()) {
            List<NodeHost.RunChunk> chunks = node.sent(NodeHost.RunChunk.class);
            List<Long> had = chunks.stream()
                    .filter(chunk -> chunk.header() != null)
                    .map(NodeHost.RunChunk::job)
                    .toList();
            List<Long> ended = chunks.stream()
                    .flatMap(chunk -> LongStream.of(chunk.ended()).boxed())
                    .toList();
            assertThat(ended).containsExactlyInAnyOrderElementsOf(had.subList(0, had.size() - 1));
        }
    }

    @Test
    void result_largeIsOnItsWay_othersOfThatNodeGoOn() {
        open(WORKERS);
        doors.nodes().forEach(node -> node.lose(BlobPort.Want.class::isInstance));
        Job<List<byte[]>> large = pool.lapply(List.of(1), i -> new byte[LARGE]);

        Job<List<Integer>> each = pool.call(() -> 1);

        Patience.await().until(() -> each.progress().done() == WORKERS - 1); // all but the one that has it
        doors.nodes().forEach(node -> node.lose(message -> false));
        assertThat(large.join(Patience.much()).get(0)).hasSize(LARGE);
        assertThat(each.join(Patience.much())).hasSize(WORKERS);
    }

    @Test
    void worker_isReplaced_othersKeepTheirLivesAndTheWay(@TempDir Path folder) {
        open(WORKERS);
        pool.export("x", 7).done().join(Patience.much());

        String mark = folder.resolve("failed").toString();
        Job<List<Integer>> failing = pool.evalq(() -> {
            if (TaskContext.current().workerId() == 3 && new File(mark).createNewFile()) {
                throw new IllegalStateException("not here");
            }
            return 1;
        });
        PoolCase.failure(BroadcastFailedException.class, failing);
        awaitAllReady();

        assertThat(restarts()).containsExactly(0, 0, 1, 0, 0, 0);
        assertThat(new HashSet<>(ways(doors.node(3)))).hasSize(1);
        assertThat(pool.evalq("x").join(Patience.much())).isEqualTo(Collections.nCopies(WORKERS, 7));
    }

    @Test
    void resize_aNodesLastWorkerLeaves_itsWayIsOverAndTheNextHasAnother() {
        open(WORKERS);
        DoorsHere.Node left = doors.node(2);

        pool.resize(1).join(Patience.much());
        Patience.await()
                .until(() -> !left.sent(Greeter.Over.class).isEmpty()); // again for each sign of life from then on
        pool.resize(WORKERS).join(Patience.much());

        assertThat(pool.call(() -> 1).join(Patience.much())).hasSize(WORKERS);
        assertThat(new HashSet<>(ways(left))).hasSize(2);
        assertThat(new HashSet<>(ways(doors.node(1)))).hasSize(1);
        assertThat(doors.node(1).sent(Greeter.Over.class)).isEmpty();
    }

    @Test
    @Tag("slow")
    void lease_isOver_allOnThatNodeAreLostAndComeBackByAnotherWayWhenItHeals() {
        open(WORKERS);
        pool.export("x", 7).done().join(Patience.much());
        DoorsHere.Node far = doors.node(2);
        List<Long> before = ways(far);
        far.forget();

        far.lose(message -> true);
        Patience.await().until(() -> restarts().equals(List.of(0, 1, 0, 1, 0, 1)));
        far.lose(message -> false);
        awaitAllReady();

        assertThat(pool.evalq("x").join(Patience.much())).isEqualTo(Collections.nCopies(WORKERS, 7));
        assertThat(pool.status().workers())
                .filteredOn(worker -> worker.restarts() == 1)
                .allSatisfy(worker -> assertThat(worker.lastDeath()).contains("has not been heard of for"));
        assertThat(ways(far)).isNotEmpty().doesNotContainAnyElementsOf(before);
    }

    @Test
    void start_doorIsSlowToAnswer_everyWorkerComesUpOnce() {
        open(NODES);
        doors.nodes().forEach(node -> node.hold(NodeDoor.FromMember.class::isInstance));
        Job<Void> grown = pool.resize(WORKERS);
        Patience.await()
                .until(() -> doors.nodes().stream()
                        .allMatch(node -> node.held(NodeDoor.Host.class) > WORKERS / NODES)); // some ask again

        doors.nodes().forEach(DoorsHere.Node::letGo);

        grown.join(Patience.much());
        awaitAllReady();
        assertThat(pool.call(() -> 1).join(Patience.much())).hasSize(WORKERS);
        assertThat(restarts()).containsOnly(0);
    }

    @Test
    void start_isGivenUpAsItComesUp_livesOnceAndHasTheState() {
        open(NODES);
        pool.export("x", 7).done().join(Patience.much());

        doors.lookElsewhere(1, doors.node(2));

        Patience.await().until(() -> restarts().equals(List.of(1, 0)));
        assertThat(pool.evalq("x").join(Patience.much())).containsExactly(7, 7);
        assertThat(workers().get(0).lastDeath()).contains("reported from a node that had been given up for another");
        assertThat(doors.node(2).sent(NodeDoor.Host.class)).hasSize(1);
    }

    @Test
    void end_ofALifeByAWayThatIsOver_countsForNobody() {
        open(NODES);
        WorkerRef first = doors.node(1).sent(NodeDoor.Host.class).get(0).ref();
        ActorRef<PoolSupervisor.Command> supervisor = NodesHere.find(kit.system(), PoolSupervisor.key("ways"));

        supervisor.tell(new PoolSupervisor.FromNode(
                Long.MIN_VALUE, 1, new PoolSupervisor.WorkerGone(first, new Death("ended"))));

        assertThat(restarts()).containsExactly(0, 0);
        assertThat(pool.call(() -> 1).join(Patience.much())).containsExactly(1, 1);
    }

    @Test
    @Tag("slow")
    void message_isLost_allOnThatWayAreReplacedAndNobodyWaitsForEver() {
        open(WORKERS);
        DoorsHere.Node lossy = doors.node(1);
        List<Object> lost = new ArrayList<>();
        lossy.lose(message -> message instanceof NodeHost.FromPool numbered
                && numbered.message() instanceof NodeHost.RunChunk
                && lost.isEmpty()
                && lost.add(message));

        List<Integer> done = pool.with(JobOptions.chunkSize(1))
                .lapply(IntStream.range(0, 60).boxed().toList(), i -> i)
                .join(Patience.much());

        assertThat(done).isEqualTo(IntStream.range(0, 60).boxed().toList());
        Patience.await().until(() -> restarts().equals(List.of(1, 0, 1, 0, 1, 0)));
    }

    @Test
    @Tag("slow")
    void init_againAndAgain_manyWorkersComeUpEachTime() {
        open(32);

        for (int i = 0; i < 10; i++) {
            pool.init(32, true).join(Patience.much());
            pool.resize(32).join(Patience.much());

            assertThat(pool.call(() -> 1).join(Patience.much())).hasSize(32);
        }

        assertThat(restarts()).containsOnly(0);
    }
}
