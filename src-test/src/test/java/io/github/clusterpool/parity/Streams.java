package io.github.clusterpool.parity;

import static io.github.clusterpool.parity.GoldenCase.ints;
import static io.github.clusterpool.parity.GoldenCase.list;
import static io.github.clusterpool.parity.GoldenCase.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.JobOptions;
import io.github.clusterpool.Pool;
import io.github.clusterpool.RandomStream;
import io.github.clusterpool.Scheduling;
import io.github.clusterpool.TaskContext;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** R's streams of random numbers: every number must be R's to the last bit. */
final class Streams {
    private final LivePools pools;
    private final GoldenCase given;
    private final int seed;

    Streams(LivePools pools, GoldenCase given) {
        this.pools = pools;
        this.given = given;
        this.seed = number(given.args(), "iseed", 0);
    }

    void run() throws Exception {
        switch (given.op()) {
            case "rngStreams" -> streams();
            case "rngSapply" -> sapply();
            default -> nextStream();
        }
    }

    /** A worker's stream, and an element's: R knows only the first, ours are numbered alike. */
    private void streams() {
        Pool pool = pools.clean(given.workers());
        List<Integer> elements = IntStream.range(0, given.workers()).boxed().toList();

        same(LivePools.end(pool.with(JobOptions.seedPerWorker(seed)).call(Streams::first)));
        same(LivePools.end(pool.with(JobOptions.seed(seed)).call(Streams::first)));
        same(LivePools.end(pool.with(JobOptions.seed(seed)).lapply(elements, i -> first())));
    }

    /** The words of the task's stream, and then its first three numbers. */
    private static List<Object> first() {
        RandomStream random = (RandomStream) TaskContext.current().random();
        List<Integer> words = IntStream.of(random.words()).boxed().toList();
        return List.of(
                words,
                DoubleStream.generate(random::nextDouble).limit(3).boxed().toList());
    }

    private void same(List<List<Object>> got) {
        assertThat(got.stream().map(each -> each.get(0)).toList())
                .isEqualTo(list(given.expected().get("seeds")));
        assertThat(got.stream().map(each -> each.get(1)).toList())
                .isEqualTo(list(given.expected().get("firstThreeUniforms")));
    }

    private void sapply() throws Exception {
        Pool pool =
                pools.clean(given.workers()).with(JobOptions.seedPerWorker(seed).scheduling(Scheduling.STATIC));
        List<Integer> xs =
                IntStream.range(0, number(given.args(), "n", 0)).boxed().toList();

        Oracle.check(
                given.expected(),
                0,
                () -> LivePools.end(
                        pool.sapply(xs, x -> TaskContext.current().random().nextDouble())));
    }

    private void nextStream() {
        int[] words = ints(given.args().get("seed")).stream()
                .mapToInt(Integer::intValue)
                .toArray();

        RandomStream stream = RandomStream.of(words);

        assertThat(boxed(stream.stream(1))).isEqualTo(list(given.expected().get("nextStream")));
        assertThat(boxed(stream.subStream(1))).isEqualTo(list(given.expected().get("nextSubStream")));
        assertThat(boxed(stream)).isEqualTo(list(given.args().get("seed")));
    }

    private static List<Integer> boxed(RandomStream stream) {
        return IntStream.of(stream.words()).boxed().toList();
    }
}
