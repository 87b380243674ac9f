package io.github.clusterpool;

import io.github.clusterpool.sim.World;

/** Runs seeds from {@code first} on in a JVM of their own; ends with exit code 1 at the first that breaks a promise. */
final class SimulationMain {
    private SimulationMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        long first = Long.parseLong(args[0]);
        int count = Integer.parseInt(args[1]);
        boolean told = args.length > 2;
        World world = new World();
        long start = System.nanoTime();
        long steps = 0;
        int bad = 0;
        for (long seed = first; seed < first + count; seed++) {
            try {
                Simulation.run(world, seed, told);
            } catch (AssertionError e) {
                bad++;
                System.out.println("seed " + seed + ": "
                        + (told || count == 1
                                ? e.getMessage()
                                : e.getMessage().lines().findFirst().orElse("")));
                for (Throwable t : e.getSuppressed()) if (told || count == 1) t.printStackTrace(System.out);
            }
            steps += world.story().steps();
        }
        System.out.printf(
                "%d bad of %d seeds, %.2f ms/seed, %d steps/seed%n",
                bad, count, (System.nanoTime() - start) / 1e6 / count, steps / count);
        System.exit(bad == 0 ? 0 : 1);
    }
}
