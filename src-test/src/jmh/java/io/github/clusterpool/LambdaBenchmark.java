package io.github.clusterpool;

import io.github.clusterpool.wire.ValueCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A function that captures two values, to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LambdaBenchmark {
    private final ValueCodec codec =
            new Codec(PoolConfig.inProcess(1), LambdaBenchmark.class.getClassLoader()).values();
    private Fn<Integer, String> function;
    private byte[] encoded;

    @Setup
    @SuppressWarnings("unchecked") // what comes back is what went
    public void prepare() throws Exception {
        int x = 42;
        String unit = " m";
        function = i -> i + x + unit;
        encoded = encode();
        if (!"43 m".equals(((Fn<Integer, ?>) decode()).apply(1))) {
            throw new IllegalStateException("what is measured must work");
        }
    }

    @Benchmark
    public byte[] encode() {
        return codec.encode(function);
    }

    @Benchmark
    public Object decode() {
        return codec.decode(encoded);
    }
}
