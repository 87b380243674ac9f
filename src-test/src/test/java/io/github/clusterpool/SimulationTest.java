package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.sim.World;
import org.junit.jupiter.api.Test;

class SimulationTest {
    @Test
    void seeds_anyOrder_keepEveryPromise() {
        long seed = Long.getLong("clusterpool.sim.seed", -1);
        World world = new World();
        if (seed >= 0) {
            Simulation.run(world, seed, true);
            return;
        }
        long start = System.nanoTime();
        int n = Integer.getInteger("clusterpool.sim.seeds", 20);
        long steps = 0;
        for (int i = 0; i < n; i++) {
            try {
                Simulation.run(world, i, false);
            } catch (AssertionError e) {
                World.leave();
                System.out.println(
                        "seed " + i + ": " + e.getMessage().lines().findFirst().orElse(""));
            }
            steps += world.story().steps();
        }
        System.out.printf(
                "%d seeds, %.2f ms/seed, %d steps/seed%n", n, (System.nanoTime() - start) / 1e6 / n, steps / n);
        assertThat(n).isPositive();
    }
}
