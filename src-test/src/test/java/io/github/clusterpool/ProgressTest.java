package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void onProgress_manyChunks_isCalledOneAtATimeWithGrowingNumbersToTheEnd() {
        var inside = new AtomicInteger();
        var together = new AtomicInteger();
        var heard = Collections.synchronizedList(new ArrayList<Integer>());
        var options = JobOptions.chunkSize(1).onProgress(progress -> {
            together.accumulateAndGet(inside.incrementAndGet(), Math::max);
            heard.add(progress.done());
            Thread.onSpinWait();
            inside.decrementAndGet();
        });
        List<Integer> xs = IntStream.range(0, 2_000).boxed().toList();

        try (Pool pool = Pool.open(4)) {
            pool.with(options).lapply(xs, x -> x).join();

            Awaitility.await().until(() -> heard.contains(xs.size()));
        }
        assertThat(together).hasValue(1);
        assertThat(new ArrayList<>(heard)).isSorted();
    }

    @Test
    void onProgress_throws_isToldOfTheNextStepAllTheSame() {
        var heard = Collections.synchronizedList(new ArrayList<Integer>());
        var options = JobOptions.chunkSize(1).onProgress(progress -> {
            heard.add(progress.done());
            throw new IllegalStateException("on purpose");
        });

        try (Pool pool = Pool.open(1)) {
            assertThat(pool.with(options).lapply(List.of(1, 2, 3), x -> x).join())
                    .containsExactly(1, 2, 3);

            Awaitility.await().until(() -> heard.contains(3));
        }
    }
}
