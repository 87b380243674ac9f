package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools in an ActorSystem that belongs to somebody else. */
class EmbeddedPoolTest {
    private static final ActorTestKit HOST = ActorTestKit.create("host");

    @AfterAll
    static void end() {
        HOST.shutdownTestKit();
        Leftovers.expectNone("");
    }

    @Test
    void verbs_beforeInit_sayHowToMakeThePool() {
        Pool pool = Pool.get(HOST.system());

        assertThat(pool.exists()).isFalse();
        assertThat(pool.size()).isZero();
        assertThat(pool.status().workers()).isEmpty();
        Stream.<Job<?>>of(
                        pool.lapply(List.of(1), i -> i),
                        pool.lapply(Map.of("a", 1), i -> i),
                        pool.sapply(List.of(1), i -> i),
                        pool.map(List.of(1), List.of(2), (a, b) -> a),
                        pool.call(() -> 1),
                        pool.evalq("1"),
                        pool.export("x", 1).done(),
                        pool.resize(3))
                .forEach(job -> assertThat(failure(PoolMissingException.class, job))
                        .hasMessage("pool 'default' does not exist; call init(size) to create it"));
        assertThat(value(pool.delete())).isNull();
    }

    @Test
    void pools_ofOneSystem_areIsolatedAndOutliveEachOther() {
        Pool a = Pool.get(HOST.system(), "a");
        Pool b = Pool.get(HOST.system(), "b");
        a.init(1);
        b.init(2);
        a.export("x", 1);
        assertThat(value(b.call(() -> List.copyOf(Env.names())))).containsExactly(List.of(), List.of());
        assertThat(Pool.get(HOST.system(), "a")).isSameAs(a);

        a.close();

        assertThat(a.exists()).isFalse();
        assertThat(value(b.lapply(List.of(1, 2), i -> i + 1))).containsExactly(2, 3);
        assertThat(HOST.system().whenTerminated().isCompleted()).isFalse();
        a.init(1);
        assertThat(value(a.call(() -> List.copyOf(Env.names())))).containsExactly(List.of());
        a.close();
        b.close();
    }

    @Test
    void delete_thenInit_makesACleanPool() {
        Pool pool = Pool.get(HOST.system(), "again");
        pool.init(2);
        pool.export("x", 1);
        pool.delete();
        pool.delete();
        Job<List<Integer>> between = pool.lapply(List.of(1), i -> i);
        pool.init(3);

        assertThat(value(pool.call(() -> List.copyOf(Env.names())))).containsExactly(List.of(), List.of(), List.of());

        assertThat(failure(PoolMissingException.class, between))
                .hasMessage("pool 'again' does not exist; call init(size) to create it");
        pool.close();
    }

    @Test
    void delete_whileJobsRun_endsThemAndTheDeaf(@TempDir Path folder) {
        Gate end = Gate.in(folder);
        Pool pool = Pool.get(HOST.system(), "busy");
        pool.init(2);
        Job<List<Integer>> deaf = pool.lapply(List.of(1, 2, 3), i -> {
            end.passDeaf();
            return i;
        });
        Job<List<Object>> stuck = pool.evalq("while (true) { }");

        assertThat(value(pool.delete())).isNull();
        end.open();

        assertThat(failure(PoolClosedException.class, deaf))
                .hasMessage("pool 'busy' was deleted when 0 of 3 elements were done; call init(size) and run the job"
                        + " again");
        failure(PoolClosedException.class, stuck);
        Patience.await().until(() -> Leftovers.workerThreads("busy").isEmpty());
    }

    @Test
    void init_restart_helpsOutOfAScriptThatNeverEnds() {
        Pool pool = Pool.get(HOST.system(), "endless");
        pool.init(2);
        pool.with(JobOptions.timeout(Patience.scaled(1))).evalq("while (true) { }");

        value(pool.init(2, true));

        assertThat(value(pool.call(() -> 1))).containsExactly(1, 1);
        pool.close();
        Patience.await().until(() -> Leftovers.workerThreads("endless").isEmpty());
    }

    @Test
    void get_badName_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pool.get(HOST.system(), "no name"))
                .withMessage("clusterpool.name must be an identifier (letters, digits, _ and $, no digit first),"
                        + " got 'no name'");
    }

    /** Worker JVMs have a way of their own: the host's ActorSystem needs no port, and none of its settings. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "remote"})
    void get_processes_serveWhateverTheProvider(String provider) {
        ActorTestKit host = ActorTestKit.create(
                provider,
                ConfigFactory.parseString("""
                                clusterpool.placement = processes
                                clusterpool.processes.archive = off
                                pekko.remote.warn-about-direct-use = off
                                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                                """)
                        .withFallback(ConfigFactory.parseMap(Map.of("pekko.actor.provider", provider)))
                        .withFallback(ConfigFactory.load()));
        try {
            Pool pool = Pool.get(host.system());
            value(pool.init(1));
            assertThat(value(pool.call(() -> ProcessHandle.current().pid())))
                    .hasSize(1)
                    .doesNotContain(ProcessHandle.current().pid());
            pool.close();

            assertThat(host.system().whenTerminated().isCompleted()).isFalse();
        } finally {
            host.shutdownTestKit();
        }
    }

    @Test
    void init_afterClose_aPoolOfProcessesIsMadeAnew() {
        Pool pool = Pools.of(HOST.system())
                .pool(LivePool.config("name = jvms, placement = processes, processes.archive = off"), false);
        value(pool.init(1));
        pool.export("x", 1);

        pool.close();
        value(pool.init(1));

        assertThat(value(pool.call(() -> List.copyOf(Env.names())))).containsExactly(List.of());
        pool.close();
        Leftovers.expectNone("jvms");
    }

    @Test
    @Tag("clients")
    void init_afterClose_aPoolOnNodesIsMadeAnew(@TempDir Path folder) throws InterruptedException {
        try (NodesHere cluster = new NodesHere(folder.resolve("home"))) {
            cluster.node();
            Pool pool = Pools.of(cluster.client()).pool(cluster.config("anew"), false);
            value(pool.init(1));
            pool.export("x", 1);

            pool.close();
            value(pool.init(2));

            assertThat(value(pool.call(() -> List.copyOf(Env.names())))).containsExactly(List.of(), List.of());
            pool.close();
        }
    }

    @Test
    void get_systemWithJavaSerialization_isRefused() {
        ActorTestKit open = ActorTestKit.create(
                "open",
                ConfigFactory.parseString("pekko.actor.allow-java-serialization = on")
                        .withFallback(ConfigFactory.load()));
        try {
            assertThat(assertThrows(PoolStartException.class, () -> Pool.get(open.system())))
                    .hasMessage("pekko.actor.allow-java-serialization must be off, got on;"
                            + " a pool makes nothing but data from bytes");
        } finally {
            open.shutdownTestKit();
        }
    }

    @Test
    void verbs_afterTheSystemEnded_sayThatThePoolIsClosed() {
        ActorTestKit ending = ActorTestKit.create("ending");
        Pool pool = Pool.get(ending.system(), "ended");
        value(pool.init(1));
        Job<List<Integer>> running = pool.lapply(List.of(1), i -> {
            Thread.sleep(Long.MAX_VALUE);
            return i;
        });

        ending.shutdownTestKit();

        assertThat(failure(PoolClosedException.class, running)).hasMessage("pool 'ended' is closed; open another one");
        assertThat(failure(PoolClosedException.class, pool.lapply(List.of(1), i -> i)))
                .hasMessage("pool 'ended' is closed; open another one");
        assertThat(pool.exists()).isFalse();
        pool.close();
        Patience.await().until(() -> Leftovers.workerThreads("ended").isEmpty());
    }

    @Test
    void open_afterClose_sayThatThePoolIsClosed() {
        Pool pool = Pool.open(LivePool.config("name = own"));
        pool.close();
        pool.close();

        assertThat(failure(PoolClosedException.class, pool.lapply(List.of(1), i -> i)))
                .hasMessage("pool 'own' is closed; open another one");
        assertThat(pool.exists()).isFalse();
        assertThat(pool.size()).isZero();
    }

    @Test
    void close_onAnInterruptedThread_stillEndsAllAndKeepsTheFlag() {
        Pool pool = Pool.open(LivePool.config("name = hasty"));
        Thread.currentThread().interrupt();

        pool.close();

        assertThat(Thread.interrupted()).isTrue();
        Patience.await().until(() -> Leftovers.workerThreads("hasty").isEmpty());
    }

    @Test
    void get_systemHasEnded_saysSo() {
        ActorSystem<Void> ended = ActorSystem.create(Behaviors.empty(), "ended");
        Pool before = Pool.get(ended, "before");
        ended.terminate();
        Patience.await()
                .until(() -> ended.getWhenTerminated().toCompletableFuture().isDone());

        PoolClosedException error = assertThrows(PoolClosedException.class, () -> Pool.get(ended, "after"));

        assertThat(error)
                .hasMessage("the ActorSystem 'ended' has ended or is about to; make the pool in one that runs");
        assertThat(failure(PoolClosedException.class, Pool.get(ended, "before").init(1)))
                .hasMessage("pool 'before' is closed; open another one");
        before.close();
    }

    @Test
    void config_badValues_areRefusedByKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pool.open(0))
                .withMessage("clusterpool.workers must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LivePool.config("workers = -1"))
                .withMessage("clusterpool.workers must be at least 1, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LivePool.config("placement = moon"))
                .withMessage("clusterpool.placement must be one of in-process, processes, cluster, got moon");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LivePool.config("wrokers = 3"))
                .withMessageStartingWith(
                        "unknown configuration key clusterpool.wrokers; known keys: allowed-prefixes, ")
                .withMessageContaining(", workers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LivePool.config("workers = many"))
                .withMessageContaining("workers has type STRING rather than NUMBER")
                .withMessageEndingWith("; see reference.conf of clusterpool-core for all keys");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LivePool.config("cancel-grace = 0s"))
                .withMessage("clusterpool.cancel-grace must be longer than zero, got PT0S");
    }

    @Test
    void limits_reached_refuseTheJobOnly() {
        try (Pool pool = Pool.open(LivePool.config("name = full, queue.max-tasks = 10, journal.max-entries = 2"))) {
            Job<List<Integer>> tooMany = pool.lapply(Collections.nCopies(11, 1), i -> i);
            pool.evalq("a = 1");
            pool.evalq("b = 1");
            Job<List<Object>> third = pool.evalq("c = 1");

            assertThat(failure(PoolOverloadedException.class, tooMany))
                    .hasMessage("pool 'full' must hold at most 10 tasks, got 11; wait for jobs to end,"
                            + " or raise clusterpool.queue.max-tasks");
            assertThat(failure(PoolOverloadedException.class, third))
                    .hasMessage("pool 'full' must hold at most 2 journal entries, got 3; wait for jobs to end,"
                            + " call init to clear the journal, or raise clusterpool.journal.max-entries");
            assertThat(value(pool.lapply(List.of(1, 2), i -> i))).containsExactly(1, 2);
        }
    }
}
