package io.github.clusterpool;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A driver in a JVM of its own: exports a large value to some worker JVMs, and has each of them say what it got. */
public final class ExportingDriver {
    private static final int SIZE = 10_000_000;

    private ExportingDriver() {}

    /** The arguments: how many workers, and the file to write to. */
    public static void main(String[] args) throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        int workers = Integer.parseInt(args[0]);
        try (Pool pool = Pool.open(LivePool.config("name = exporting, placement = processes, workers = " + workers))) {
            Exported<byte[]> x = pool.export("x", bytes);
            List<Integer> got = pool.call(() -> Arrays.hashCode(x.get())).join();
            int right = Arrays.hashCode(bytes);
            new Ledger(args[1]).add(got.stream().filter(hash -> hash == right).count() + " workers have it");
        }
    }
}
