package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBarStyle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void onProgress_manyChunks_isCalledOneAtATimeWithGrowingNumbersToTheEnd() {
        var inside = new AtomicInteger();
        var together = new AtomicInteger();
        var heard = Collections.synchronizedList(new ArrayList<Long>());
        var options = JobOptions.chunkSize(1).onProgress(progress -> {
            together.accumulateAndGet(inside.incrementAndGet(), Math::max);
            heard.add(progress.done());
            Thread.onSpinWait();
            inside.decrementAndGet();
        });
        List<Integer> xs = IntStream.range(0, 2_000).boxed().toList();

        try (Pool pool = Pool.open(4)) {
            pool.with(options).lapply(xs, x -> x).join();

            Awaitility.await().until(() -> heard.contains((long) xs.size()));
        }
        assertThat(together).hasValue(1);
        assertThat(new ArrayList<>(heard)).isSorted();
    }

    @Test
    void onProgress_throws_isToldOfTheNextStepAllTheSame() {
        var heard = Collections.synchronizedList(new ArrayList<Long>());
        var options = JobOptions.chunkSize(1).onProgress(progress -> {
            heard.add(progress.done());
            throw new IllegalStateException("on purpose");
        });

        try (Pool pool = Pool.open(1)) {
            assertThat(pool.with(options).lapply(List.of(1, 2, 3), x -> x).join())
                    .containsExactly(1, 2, 3);

            Awaitility.await().until(() -> heard.contains(3L));
        }
    }

    @Test
    void remaining_halfDone_isTheTimeTheFirstHalfTook() {
        Progress half = new Progress(50, 1, 4, 100, Duration.ofSeconds(10));

        assertThat(half.rate()).isEqualTo(5);
        assertThat(half.remaining()).contains(Duration.ofSeconds(10));
    }

    @Test
    void remaining_nothingDoneOrNoEnd_isUnknown() {
        assertThat(new Progress(0, 0, 4, 100, Duration.ofSeconds(10)).remaining())
                .isEmpty();
        assertThat(new Progress(50, 0, 4, -1, Duration.ofSeconds(10)).remaining())
                .isEmpty();
        assertThat(new Progress(0, 0, 0, 100, Duration.ZERO).rate()).isZero();
    }

    @Test
    void progressBar_onATerminal_endsWithAFullBar() {
        var out = new ByteArrayOutputStream();
        ProgressBar bar = new ProgressBar(new PrintStream(out, true, StandardCharsets.UTF_8), ProgressBarStyle.ASCII);

        bar.accept(new Progress(1, 0, 1, 2, Duration.ofSeconds(1)));
        bar.accept(new Progress(2, 1, 0, 2, Duration.ofSeconds(1)));
        bar.accept(new Progress(2, 1, 0, 2, Duration.ofSeconds(1)));

        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed).containsOnlyOnce("\n").endsWith("\n");
        assertThat(printed.substring(printed.lastIndexOf('\r')))
                .contains("tasks 100% [====", "2/2", "2/s, 0 running, 1 failed");
    }

    @Test
    void progressBar_noTerminal_isSilent() {
        var out = new ByteArrayOutputStream();
        var bar = ProgressBar.to(new PrintStream(out, true, StandardCharsets.UTF_8)); // no terminal under a test runner

        try (Pool pool = Pool.open(1)) {
            pool.with(JobOptions.onProgress(bar))
                    .lapply(List.of(1, 2, 3), x -> x)
                    .join();
        }

        assertThat(out.size()).isZero();
    }
}
