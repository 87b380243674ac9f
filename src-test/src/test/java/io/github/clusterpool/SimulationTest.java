package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.clusterpool.sim.World;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A whole pool, with the real actors, through thousands of stories made up from seeds: clients that call, cancel and
 * change it, workers that crash, JVMs that are killed or stand still, a network that loses, doubles and reorders.
 *
 * <p>One seed again, told event by event on standard output: {@code mvn -q verify -Dtest=SimulationTest
 * -Dtests.sim.seed=123}. More seeds: {@code -Dtests.sim.seeds=1000000}; from another one on:
 * {@code -Dtests.sim.first=20000}. Few by default: at every step one thread hands over to another, which takes long
 * where other tests run, too; {@code .ci/run} goes through 20,000 by themselves.
 */
class SimulationTest {
    private static final int WORLDS = 2;

    private static final long ONE = Long.getLong("tests.sim.seed", -1);
    private static final long FIRST = ONE >= 0 ? ONE : Long.getLong("tests.sim.first", 0);
    private static final long COUNT = ONE >= 0 ? 1 : Long.getLong("tests.sim.seeds", 1_000);

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void pool_anyFaults_keepsEveryPromise() {
        AtomicLong next = new AtomicLong(FIRST);

        List<CompletableFuture<Void>> worlds = IntStream.range(0, ONE >= 0 ? 1 : WORLDS)
                .mapToObj(i -> CompletableFuture.runAsync(() -> runSeeds(next)))
                .toList();

        worlds.forEach(CompletableFuture::join);
        assertThat(next).hasValueGreaterThanOrEqualTo(FIRST + COUNT);
    }

    private static void runSeeds(AtomicLong next) {
        World world = new World();
        try {
            for (long seed = next.getAndIncrement(); seed < FIRST + COUNT; seed = next.getAndIncrement()) {
                run(world, seed);
            }
        } finally {
            World.leave();
        }
    }

    private static long run(World world, long seed) {
        try {
            return Simulation.run(world, seed, ONE >= 0);
        } catch (AssertionError | RuntimeException e) {
            return fail(
                    "seed " + seed + ": " + e.getMessage()
                            + "\nagain: mvn -q verify -Dtest=SimulationTest -Dtests.sim.seed=" + seed,
                    e);
        }
    }

    @Test
    void seed_again_tellsTheSameStory() {
        World world = new World();
        World other = new World();
        try {
            for (long seed = 0; seed < 50; seed++) {
                long hash = run(world, seed);

                assertThat(run(other, seed)).as("story of seed %s", seed).isEqualTo(hash);
                assertThat(run(world, seed + 1)).isNotEqualTo(hash);
            }
        } finally {
            World.leave();
        }
    }
}
