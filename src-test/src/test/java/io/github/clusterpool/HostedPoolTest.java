package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools that the nodes have themselves, and clients of theirs; nodes leave in an orderly way. */
@Tag("clients")
class HostedPoolTest {
    @TempDir
    Path folder;

    private NodesHere cluster;

    @BeforeEach
    void begin() {
        cluster = new NodesHere(folder.resolve("home"));
    }

    @AfterEach
    void end() throws InterruptedException {
        cluster.close();
    }

    private static List<Integer> upTo(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    /** A task, of which all but the first three wait at the gate. */
    private static void runBehind(Ledger begun, Gate end, int task) throws Exception {
        begun.add(task);
        if (task > 2) {
            end.pass();
        }
    }

    @Test
    void hosted_twoClients_shareVariablesAndEachHasItsResults() {
        cluster.node();
        try (Pool one = cluster.hosted("images", 2);
                Pool other = Pool.connect(cluster.config("images"))) {
            Exported<Integer> x = one.export("x", 40);
            x.done().join(Patience.much());

            assertThat(other.lapply(upTo(3), i -> i + x.get()).join(Patience.much()))
                    .containsExactly(40, 41, 42);
            assertThat(one.evalq("x + 2").join(Patience.much())).containsExactly(42, 42);
            assertThat(other.size()).isEqualTo(2);
        }
    }

    @Test
    void hosted_moreClientsThanNodes_isThereSoon() {
        cluster.node();
        for (int i = 0; i < 3; i++) {
            cluster.client();
        }

        try (Pool pool = cluster.hosted("images", 1)) {
            assertThat(pool.size()).isEqualTo(1);
            expectLargeLane(cluster.client(), "images");
        }
    }

    /** Else its blobs hold up what is small. */
    private static void expectLargeLane(ActorSystem<?> member, String pool) {
        List<String> lanes = member.settings().config().getStringList("pekko.remote.artery.large-message-destinations");
        String path = NodesHere.find(member, PoolSupervisor.key(pool)).path().toStringWithoutAddress();
        assertThat(List.of(path + "/desk-1/blobs", path + "/blobs-copy-7", path + "/blobs-1.1"))
                .allSatisfy(ports -> assertThat(lanes).anyMatch(lane -> ports.matches(lane.replace("*", "[^/]*"))));
    }

    @Test
    void hosted_hostLeavesInMidJob_theJobGoesOnElsewhereAndVariablesAreThere() throws Exception {
        ClusterNode host = cluster.node();
        cluster.node();
        Gate end = Gate.in(folder);
        Ledger begun = Ledger.in(folder);
        try (Pool pool = cluster.hosted("images", 2)) {
            pool.export("x", 42).done().join(Patience.much());
            pool.evalq("y = x + 1").join(Patience.much());
            Job<List<Integer>> job = pool.with(JobOptions.chunkSize(1)).lapply(upTo(10), i -> {
                runBehind(begun, end, i);
                return i + Env.<Integer>get("x");
            });
            Patience.await().until(() -> begun.lines().size() >= 4);

            host.close();
            end.open();

            assertThat(job.join(Patience.much()))
                    .isEqualTo(IntStream.range(42, 52).boxed().toList());
            assertThat(pool.evalq("y").join(Patience.much())).containsOnly(43);
            assertThat(begun.lines().stream().filter(line -> Integer.parseInt(line) < 3))
                    .as("what had its outcome is not run again")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void hosted_hostLeavesInMidJob_atMostOnceIsNeverTwice() throws Exception {
        ClusterNode host = cluster.node();
        cluster.node();
        Gate end = Gate.in(folder);
        Ledger begun = Ledger.in(folder);
        try (Pool pool = cluster.hosted("once", 2)) {
            Job<List<Integer>> job = pool.with(JobOptions.retries(0).chunkSize(1))
                    .lapply(upTo(10), i -> {
                        runBehind(begun, end, i);
                        return i;
                    });
            Patience.await().until(() -> job.progress().done() == 3);

            host.close();
            end.open();

            assertThatThrownBy(() -> job.join(Patience.much()))
                    .isInstanceOfSatisfying(JobFailedException.class, failed -> {
                        assertThat(failed.outcomes()).hasSize(10);
                        assertThat(failed.outcomes().subList(0, 3)).allMatch(Result::isSuccess);
                        assertThat(failed.outcomes().subList(3, 10)).noneMatch(Result::isSuccess);
                    })
                    .hasMessageContaining("was lost with the host of pool 'once'; it may have run");
            assertThat(begun.lines()).doesNotHaveDuplicates();
            assertThat(pool.lapply(upTo(3), i -> i).join(Patience.much())).containsExactly(0, 1, 2);
        }
    }

    /** An error that nobody has thought of, in the pool's supervisor. */
    private static void breakSupervisor(ActorSystem<?> member, String pool) {
        NodesHere.find(member, PoolSupervisor.key(pool)).tell(new PoolSupervisor.GetStatus(null));
    }

    @Test
    void hosted_supervisorFailsInMidJob_itStartsAgainWithWhatItHad() throws Exception {
        cluster.node();
        Gate end = Gate.in(folder);
        Ledger begun = Ledger.in(folder);
        Ledger once = Ledger.in(folder);
        try (Pool pool = cluster.hosted("images", 2)) {
            pool.export("x", 42).done().join(Patience.much());
            Job<List<Integer>> again = pool.with(JobOptions.chunkSize(1)).lapply(upTo(10), i -> {
                runBehind(begun, end, i);
                return i + Env.<Integer>get("x");
            });
            Job<List<Integer>> atMostOnce = pool.with(JobOptions.retries(0).chunkSize(1))
                    .lapply(upTo(10), i -> {
                        runBehind(once, end, i);
                        return i;
                    });
            Patience.await()
                    .until(() -> again.progress().done() + atMostOnce.progress().done() >= 3);

            breakSupervisor(cluster.client(), "images");
            Patience.await().until(() -> begun.lines().size() + once.lines().size() > 6);
            end.open();

            assertThat(again.join(Patience.much()))
                    .isEqualTo(IntStream.range(42, 52).boxed().toList());
            assertThat(again.progress().done()).as("no outcome comes twice").isEqualTo(10);
            assertThatThrownBy(() -> atMostOnce.join(Patience.much()))
                    .hasMessageContaining("was lost with the host of pool 'images'; it may have run");
            assertThat(once.lines()).as("at most once").doesNotHaveDuplicates();
            assertThat(pool.lapply(upTo(3), i -> i + Env.<Integer>get("x")).join(Patience.much()))
                    .containsExactly(42, 43, 44);
        }
    }

    /** By a member that is there already. */
    private static Pool open(ActorSystem<?> member, PoolConfig config) {
        return Pools.of(member)
                .host(config.onCluster(), () -> {})
                .toCompletableFuture()
                .join();
    }

    @Test
    void hosted_supervisorFailsAgainAndAgain_clientsHearWhy() {
        cluster.node();
        ActorSystem<?> member = cluster.client();
        PoolConfig config = cluster.config("images").workers(1);
        Gate never = Gate.in(folder);
        Job<List<Integer>> job = open(member, config).lapply(List.of(1), i -> {
            never.pass();
            return i;
        });

        Patience.await().until(() -> {
            breakSupervisor(member, "images");
            return job.isDone();
        });

        assertThatThrownBy(job::join)
                .isInstanceOf(PoolClosedException.class)
                .hasMessageContaining(
                        "pool 'images' is given up: its supervisor has ended by an error 5 times in a row")
                .hasMessageContaining("NullPointerException");
        assertThatThrownBy(() ->
                        Pool.connect(member, "images").toCompletableFuture().join())
                .cause()
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("is given up");
        assertThat(open(member, config).lapply(upTo(3), i -> i).join(Patience.much()))
                .containsExactly(0, 1, 2);
    }

    @Test
    void open_withOtherSettings_saysWhichUntilThePoolIsDeleted() {
        cluster.node();
        ActorSystem<?> member = cluster.client();
        PoolConfig config = cluster.config("images").workers(2);
        PoolConfig other = cluster.config("images").workers(1).autoscale(1, 2);
        Pool pool = open(member, config);
        Exported<Integer> x = pool.export("x", 42);
        x.done().join(Patience.much());

        assertThatThrownBy(() -> open(member, other))
                .cause()
                .isInstanceOf(PoolStartException.class)
                .hasMessage("pool 'images' is there already with other settings: clusterpool.workers is 2 there"
                        + " and 1 here, clusterpool.autoscale.max is 0 there and 2 here; open it with the same, take it as"
                        + " it is (Pool.connect), or delete it before (Pool.delete)");

        assertThat(open(member, config).lapply(List.of(1), i -> i + x.get()).join(Patience.much()))
                .containsExactly(43);
        pool.delete().join(Patience.much());
        Pool changed = open(member, other);
        assertThat(changed.lapply(List.of(1), i -> i).join(Patience.much())).containsExactly(1);
        assertThat(changed.size()).isEqualTo(1);
        assertThat(pool.lapply(List.of(1), i -> i).join(Patience.much())).containsExactly(1);
    }

    @Test
    void detached_clientIsGone_anotherHasTheResultsById() throws Exception {
        cluster.node();
        Gate end = Gate.in(folder);
        Ledger begun = Ledger.in(folder);
        String id;
        try (Pool pool = cluster.hosted("images", 2)) {
            id = pool.with(JobOptions.detached(true))
                    .lapply(upTo(4), i -> {
                        begun.add(i);
                        end.pass();
                        return i * i;
                    })
                    .id();
            pool.with(JobOptions.detached(false)).lapply(upTo(4), i -> i);
            Patience.await().until(() -> begun.lines().size() >= 2);
        }

        try (Pool pool = Pool.connect(cluster.config("images"))) {
            Job<List<Integer>> found = pool.job(id);
            end.open();

            assertThat(found.join(Patience.much())).containsExactly(0, 1, 4, 9);
            assertThat(pool.<Integer>job(id).join(Patience.much())).containsExactly(0, 1, 4, 9);
            assertThat(begun.lines()).hasSize(4);
            assertThatThrownBy(() -> pool.job(id.replaceAll("[0-9]+$", "99")).join(Patience.much()))
                    .isInstanceOf(PoolException.class)
                    .hasMessageContaining("has no job of that id");
        }
    }

    @Test
    void detached_endedAndItsHostIsGone_anotherHasTheResultsById() throws Exception {
        ClusterNode host = cluster.node();
        cluster.node();
        Ledger begun = Ledger.in(folder);
        try (Pool giver = cluster.hosted("images", 2);
                Pool other = Pool.connect(cluster.config("images"))) {
            Job<List<Integer>> small = giver.with(JobOptions.detached(true)).lapply(upTo(3), i -> {
                begun.add(i);
                return i * i;
            });
            Job<List<Integer>> large = giver.with(JobOptions.detached(true)).lapply(upTo(3), i -> {
                begun.add(i);
                return List.of(new byte[50_000]).size();
            });
            Job<List<byte[]>> tooLarge = giver.with(JobOptions.detached(true)).lapply(upTo(3), i -> new byte[50_000]);
            small.join(Patience.much());
            large.join(Patience.much());
            tooLarge.join(Patience.much());
            assertThat(other.<Integer>job(small.id()).join(Patience.much())).containsExactly(0, 1, 4);
            assertThat(other.<byte[]>job(tooLarge.id()).join(Patience.much())).hasSize(3);

            host.close();

            assertThat(other.<Integer>job(small.id()).join(Patience.much())).containsExactly(0, 1, 4);
            assertThat(giver.<Integer>job(large.id()).join(Patience.much())).containsExactly(1, 1, 1);
            assertThat(begun.lines()).as("nothing has run again").hasSize(6);
            assertThatThrownBy(() -> other.job(tooLarge.id()).join(Patience.much()))
                    .isInstanceOf(WorkerLostException.class)
                    .hasMessageContaining("were lost with the host of pool 'images'")
                    .hasMessageContaining("clusterpool.cluster.hold-copy-bytes");
        }
    }

    @Test
    void connect_clientIsGone_itsJobsAreCancelled() throws Exception {
        cluster.node();
        Ledger ended = Ledger.in(folder);
        Gate begun = Gate.in(folder);
        try (Pool stays = cluster.hosted("images", 1)) {
            Pool goes = Pool.connect(cluster.config("images"));
            goes.lapply(List.of(1), i -> {
                begun.open();
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } finally {
                    ended.add(TaskContext.current().isCancelled());
                }
                return i;
            });
            begun.pass();

            goes.close();

            assertThat(stays.lapply(List.of(1), i -> i).join(Patience.much())).containsExactly(1);
            assertThat(ended.lines()).containsExactly("true");
        }
    }

    /** A member that is to have a copy, and never says what it has heard. */
    private static void addMuteShelf(ActorSystem<?> member) {
        TestProbe<Shelf.Command> mute = TestProbe.create(Shelf.Command.class, member);
        TestProbe<Talk.Said> ear = TestProbe.create(Talk.Said.class, member);
        TestProbe<BlobPort.Command> blobs = TestProbe.create(BlobPort.Command.class, member);
        member.receptionist().tell(Receptionist.register(Shelf.KEY, mute.ref()));
        Shelf.Open open = mute.expectMessageClass(Shelf.Open.class, Patience.much());
        open.replyTo().tell(new HostedPool.CopyOpen(open.talk(), ear.ref(), blobs.ref()));
        Patience.await().until(() -> ear.receiveMessage(Patience.much()).number() > 0);
    }

    @Test
    void cancel_jobWaitsBehindAChangeThatIsNotCopiedYet_endsWhenItsTurnComes() throws Exception {
        cluster.node();
        Gate never = Gate.in(folder);
        try (Pool pool = cluster.hosted("images", 1)) {
            addMuteShelf(cluster.client());
            Exported<Integer> x = pool.export("x", 1);
            Job<List<Integer>> job = pool.lapply(upTo(3), i -> {
                never.pass();
                return i;
            });

            job.cancel();

            x.done().join(Patience.much());
            assertThatThrownBy(() -> job.join(Patience.some())).isInstanceOf(CancellationException.class);
            assertThat(pool.lapply(List.of(1), i -> i).join(Patience.much())).containsExactly(1);
        }
    }

    @Test
    void connect_ownerOfThePoolCloses_jobsEndAndSayWhy() throws Exception {
        cluster.node();
        Gate never = Gate.in(folder);
        Gate begun = Gate.in(folder);
        Pool owner = Pool.open(cluster.config("mine").workers(1));
        try (Pool guest = Pool.connect(cluster.config("mine"))) {
            Job<List<Integer>> job = guest.lapply(List.of(1), i -> {
                begun.open();
                never.pass();
                return i;
            });
            begun.pass();

            owner.close();

            assertThatThrownBy(() -> job.join(Patience.much()))
                    .isInstanceOf(PoolClosedException.class)
                    .hasMessageContaining("'mine'");
        } finally {
            never.open();
        }
    }

    @Test
    void actor_onAnotherMember_hasItsResultsAndItsJobsGoWithIt() throws Exception {
        cluster.node();
        Ledger ended = Ledger.in(folder);
        Gate begun = Gate.in(folder);
        try (Pool pool = cluster.hosted("images", 1)) {
            ActorSystem<?> member = cluster.client();
            ActorRef<PoolSupervisor.Command> supervisor = NodesHere.find(member, PoolSupervisor.key("images"));
            Codec codec = Codec.of(member);
            TestProbe<JobEvent> actor = TestProbe.create(JobEvent.class, member);
            JobOptions none = JobOptions.defaults();

            supervisor.tell(new PoolSupervisor.Submit(1, codec.lapply(List.of(1, 2), i -> i + 1, none), actor.ref()));
            assertThat(results(codec, List.of(1, 2), actor).get()).containsExactly(2, 3);

            Work large = codec.lapply(List.of(1), i -> new byte[300_000], none);
            supervisor.tell(new PoolSupervisor.Submit(2, large, actor.ref()));
            Results<Object> tooLarge = results(codec, List.of(1), actor);
            assertThatThrownBy(tooLarge::get).hasMessageContaining("to go to an actor elsewhere; use Pool.connect");

            Work endless = codec.lapply(
                    List.of(1),
                    i -> {
                        begun.open();
                        try {
                            Thread.sleep(Long.MAX_VALUE);
                        } finally {
                            ended.add(TaskContext.current().isCancelled());
                        }
                        return i;
                    },
                    none);
            supervisor.tell(new PoolSupervisor.Submit(3, endless, actor.ref()));
            begun.pass();
            actor.stop();

            assertThat(pool.lapply(List.of(1), i -> i).join(Patience.much())).containsExactly(1);
            assertThat(ended.lines()).containsExactly("true");
        }
    }

    private static Results<Object> results(Codec codec, List<Integer> xs, TestProbe<JobEvent> from) {
        Results<Object> results = codec.results("images", xs);
        while (!results.add(from.receiveMessage(Patience.much()))) {
            assertThat(results.progress().done()).isLessThanOrEqualTo(2);
        }
        return results;
    }

    /** As by an error that nobody has thought of. */
    @Test
    void connect_itsDeskIsGoneThoughThePoolIsThere_jobsEnd() {
        cluster.node();
        ActorSystem<?> system = cluster.client();
        TestProbe<PoolSupervisor.Command> owner = TestProbe.create(PoolSupervisor.Command.class, system);
        TestProbe<Talk.Said> desk = TestProbe.create(Talk.Said.class, system);
        TestProbe<BlobPort.Command> blobs = TestProbe.create(BlobPort.Command.class, system);
        system.receptionist().tell(Receptionist.register(PoolSupervisor.key("default"), owner.ref()));
        CompletableFuture<Pool> connected = Pool.connect(system, "default").toCompletableFuture();
        Desks.Attach attach = owner.expectMessageClass(Desks.Attach.class, Patience.much());
        attach.replyTo()
                .tell(new ClientLine.Attached(
                        attach.talk(),
                        WorkerSetup.text(cluster.config("default")),
                        desk.ref(),
                        blobs.ref(),
                        PoolStatus.none("default"),
                        new long[0]));
        Job<List<Integer>> job = connected.join().lapply(List.of(1), i -> i);

        desk.stop();

        assertThatThrownBy(() -> job.join(Patience.much()))
                .isInstanceOf(PoolClosedException.class)
                .hasMessageContaining("pool 'default' is closed, or the member of the cluster that had it is gone");
    }

    @Test
    void connect_noSuchPool_saysSo() {
        cluster.node();
        PoolConfig config = cluster.config("nowhere", Duration.ofSeconds(4));

        assertThatThrownBy(() -> Pool.connect(config))
                .isInstanceOf(PoolMissingException.class)
                .hasMessageContaining("no member of the cluster has had pool 'nowhere'");
    }
}
