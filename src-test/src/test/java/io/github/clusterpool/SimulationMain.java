package io.github.clusterpool;

import io.github.clusterpool.sim.World;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Runs so many seeds from 0 on, and before them those that are named, in a JVM of its own; ends with exit code 1 at the
 * first that breaks a promise, and says which.
 */
final class SimulationMain {
    private SimulationMain() {}

    @SuppressWarnings("SystemOut") // read by whoever started this JVM
    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        World world = new World();
        long[] named = Arrays.stream(args).skip(1).mapToLong(Long::parseLong).toArray();
        for (long seed : LongStream.concat(LongStream.of(named), LongStream.range(0, count))
                .toArray()) {
            try {
                Simulation.run(world, seed, false);
            } catch (AssertionError | RuntimeException e) {
                System.out.println("seed " + seed + ": " + e.getMessage());
                System.exit(1);
            }
        }
        System.out.println(count + " seeds keep every promise");
        System.exit(0);
    }
}
