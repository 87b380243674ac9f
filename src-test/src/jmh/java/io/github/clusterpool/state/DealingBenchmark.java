package io.github.clusterpool.state;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A whole job of 10,000 chunks, from its submission to its end, for each of its chunks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DealingBenchmark {
    private static final int CHUNKS = 10_000;

    @Param({"4", "1000"})
    int workers;

    @Param({"ROUND_ROBIN", "STATIC", "DYNAMIC"})
    Dealing dealing;

    private final Extent extent = PlayedPool.extent(CHUNKS);
    private PlayedPool pool;

    @Setup
    public void prepare() {
        pool = new PlayedPool(workers, 1_000);
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public int wholeJob() {
        pool.submit(extent, PlayedPool.rules(dealing, 1));
        while (pool.isBusy()) {
            pool.answer();
        }
        return pool.endedJobs();
    }
}
