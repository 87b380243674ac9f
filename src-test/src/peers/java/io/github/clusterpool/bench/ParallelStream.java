package io.github.clusterpool.bench;

import java.util.List;

/** What threads of one JVM do without anybody between; values are not copied. */
final class ParallelStream implements Contestant {
    @Override
    public List<Integer> map(List<Integer> xs) {
        return xs.parallelStream().map(x -> x + 1).toList();
    }
}
