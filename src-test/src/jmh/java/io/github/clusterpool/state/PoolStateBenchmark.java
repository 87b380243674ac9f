package io.github.clusterpool.state;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one chunk costs the supervisor: a worker's answer is taken in, and another chunk is dealt. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PoolStateBenchmark {
    @Param({"4", "100", "1000"})
    int workers;

    /** Chunks that wait for a worker, at least: of two jobs, as one is given anew whenever one has ended. */
    @Param({"1", "1000", "100000"})
    int queued;

    /** So short that workers get chunks ahead of time, or so long that none waits behind another. */
    @Param({"1000", "20000000"})
    long chunkNanos;

    private PlayedPool pool;
    private Extent extent;

    @Setup
    public void prepare() {
        pool = new PlayedPool(workers, chunkNanos);
        extent = PlayedPool.extent(queued);
        for (int waiting = 0; waiting < 2 * queued + 16 * workers; waiting += queued) {
            submit();
        }
    }

    private void submit() {
        pool.submit(extent, PlayedPool.rules(Dealing.ROUND_ROBIN, 1));
    }

    /** Jobs that end are given anew. */
    @Benchmark
    public void applyAnswer() {
        int before = pool.endedJobs();
        pool.answer();
        if (pool.endedJobs() != before) {
            submit();
        }
    }
}
