package io.github.clusterpool;

import io.github.clusterpool.sim.World;

/** Runs so many seeds in a JVM of its own; ends with exit code 1 at the first that breaks a promise, and says which. */
final class SimulationMain {
    private SimulationMain() {}

    @SuppressWarnings("SystemOut") // read by whoever started this JVM
    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        World world = new World();
        for (long seed = 0; seed < count; seed++) {
            try {
                Simulation.run(world, seed, false);
            } catch (AssertionError e) {
                System.out.println("seed " + seed + ": " + e.getMessage());
                System.exit(1);
            }
        }
        System.out.println(count + " seeds keep every promise");
        System.exit(0);
    }
}
