package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class SparesTest {
    private static final PoolConfig CONFIG =
            LivePool.config("name = spared, placement = processes, processes.archive = off, processes.spares = 1");

    private Pool pool;
    private List<Long> workers;
    private long spare;

    @BeforeEach
    void open() {
        pool = Pool.open(CONFIG);
        workers = pids(pool);
        spare = awaitSpare(workers.get(0), workers.get(1));
    }

    @AfterEach
    void close() {
        pool.close();
        Leftovers.expectNone("spared");
    }

    @Test
    void worker_isKilled_isReplacedByTheSpareThatKnowsTheState() {
        Exported<Integer> x = pool.export("x", 42);

        kill(workers.get(0));

        Patience.await().untilAsserted(() -> assertThat(pids(pool)).containsExactly(spare, workers.get(1)));
        assertThat(pool.call(x::get).join(Patience.much())).containsExactly(42, 42);
        awaitSpare(spare, workers.get(0), workers.get(1));
    }

    @Test
    void spare_isKilledItself_isMissedByNobody() {
        kill(spare);

        kill(workers.get(1));

        Patience.await()
                .untilAsserted(() -> assertThat(pids(pool))
                        .hasSize(2)
                        .startsWith(workers.get(0))
                        .doesNotContain(spare, workers.get(1)));
        awaitSpare(pids(pool).toArray(Long[]::new));
    }

    @Test
    void resize_toOneMore_takesTheSpare() {
        pool.resize(PoolCase.SIZE + 1).join(Patience.much());

        assertThat(pids(pool)).hasSize(PoolCase.SIZE + 1).contains(spare);
    }

    @Test
    void delete_spareWaits_endsItToo() {
        pool.delete().join(Patience.much());

        Leftovers.expectNone("spared");
    }

    private static List<Long> pids(Pool pool) {
        return pool.call(() -> ProcessHandle.current().pid()).join(Patience.much());
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** The process that has no worker, once there is one. */
    private static long awaitSpare(Long... others) {
        return Patience.await()
                .until(
                        () -> ProcessHandle.current()
                                .children()
                                .map(ProcessHandle::pid)
                                .filter(pid -> !List.of(others).contains(pid))
                                .findFirst()
                                .orElse(0L),
                        pid -> pid > 0);
    }
}
