package io.github.clusterpool.bench;

import io.github.clusterpool.Compiled;
import io.github.clusterpool.Fn;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;

/** What the first use of a class costs that a warm worker lacks, and of one that it has. */
record Shipping(long[] shipped, long[] known) {
    private static final int WARM_UP = 20;

    static Shipping measure(int rounds) {
        Compiled first = Compiled.of("public class Main { record Pair(int a, int b) {}"
                + " public static Fn<Integer, Integer> fn() {"
                + "   return i -> new Pair(i, Integer.parseInt(\"100000\")).hashCode(); } }");
        long[] shipped = new long[rounds];
        long[] known = new long[rounds];
        try (Pool pool = Pool.open(PoolConfig.processes(1))) {
            for (int i = -WARM_UP; i < rounds; i++) {
                var loader = first.withText("100000", "" + (200_000 + i)).loader();
                Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");
                pool.init(1).join();
                pool.call(() -> 0).join();
                long begin = System.nanoTime();
                pool.call(() -> 0).join();
                long between = System.nanoTime();
                pool.call(fn, 1).join();
                if (i >= 0) {
                    known[i] = between - begin;
                    shipped[i] = System.nanoTime() - between;
                }
            }
        }
        return new Shipping(shipped, known);
    }
}
