package io.github.clusterpool;

import io.github.clusterpool.wire.Slices;
import io.github.clusterpool.wire.ValueCodec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Values to bytes and back: a thousand elements of a job, or one array of a thousand numbers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {
    private static final int SIZE = 1_000;

    /** What travels. */
    public enum Kind {
        INTEGERS,
        STRINGS,
        RECORDS,
        MAPS,
        DOUBLE_ARRAY
    }

    record Trade(long id, String symbol, int count, double price, Instant at) {}

    @Param
    Kind kind;

    private final ValueCodec codec =
            new Codec(PoolConfig.inProcess(1), CodecBenchmark.class.getClassLoader()).values();
    private List<?> values;
    private Slices encoded;

    @Setup
    public void prepare() {
        values = values();
        encoded = encode();
        if (kind != Kind.DOUBLE_ARRAY && !values.equals(decode())) {
            throw new IllegalStateException("what is measured must work");
        }
    }

    private List<?> values() {
        return switch (kind) {
            case INTEGERS -> IntStream.range(0, SIZE).boxed().toList();
            case STRINGS -> IntStream.range(0, SIZE).mapToObj(i -> "element " + i).toList();
            case RECORDS -> IntStream.range(0, SIZE).mapToObj(CodecBenchmark::trade).toList();
            case MAPS -> IntStream.range(0, SIZE).mapToObj(CodecBenchmark::map).toList();
            case DOUBLE_ARRAY ->
                List.of(DoubleStream.iterate(0.5, x -> x + 1).limit(SIZE).toArray());
        };
    }

    private static Trade trade(int i) {
        return new Trade(i, "ABCD.X" + i % 10, i, i / 8.0, Instant.ofEpochSecond(i));
    }

    private static Map<String, Integer> map(int i) {
        return IntStream.range(0, 4).boxed().collect(Collectors.toMap(k -> "key" + k, k -> i + k, (a, b) -> a, HashMap::new));
    }

    @Benchmark
    public Slices encode() {
        return codec.encodeAll(values);
    }

    @Benchmark
    public List<?> decode() {
        return codec.decoder(encoded.types()).decode(encoded.bytes(), encoded.size());
    }
}
