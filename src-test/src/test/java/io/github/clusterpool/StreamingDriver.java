package io.github.clusterpool;

import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A driver in a JVM of its own, with little memory: streams integers through a pool and checks every result. */
public final class StreamingDriver {
    private StreamingDriver() {}

    /** The arguments: where the workers live, how many elements, and the file to write what came out to. */
    public static void main(String[] args) throws Exception {
        int n = Integer.parseInt(args[1]);
        Iterator<Integer> xs = IntStream.range(0, n).iterator();
        long sum = 0;
        int count = 0;
        try (Pool pool = Pool.open(LivePool.config("name = streaming, placement = " + args[0]));
                Stream<Result<Integer>> results = pool.stream(xs, i -> i + 1)) {
            for (Iterator<Result<Integer>> all = results.iterator(); all.hasNext(); count++) {
                Result<Integer> result = all.next();
                if (result.index() != count || result.value() != count + 1) {
                    throw new IllegalStateException("result " + count + " must be " + (count + 1) + ", got " + result);
                }
                sum += result.value();
            }
        }
        new Ledger(args[2]).add(count + " results, sum " + sum);
    }
}
