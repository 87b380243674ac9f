package io.github.clusterpool.state;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The changes that a new worker must repeat, as many as there are {@code entries}, each of its own variable. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JournalBenchmark {
    private static final byte[] VALUE = new byte[64];

    @Param({"10", "1000"})
    int entries;

    private Journal journal;

    @Setup(Level.Iteration)
    public void prepare() {
        journal = new Journal();
        for (int i = 0; i < entries; i++) {
            journal.export(Map.of("x" + i, VALUE), VALUE.length);
        }
    }

    /** A variable is set again, and what it replaces goes. */
    @Benchmark
    public int export() {
        journal.export(Map.of("x0", VALUE), VALUE.length);
        journal.compact(journal.epoch());
        return journal.size();
    }

    /** Code is noted and taken back, so that no journal grows; it keeps what is before it. */
    @Benchmark
    public int evalq() {
        Entry entry = journal.evalq(VALUE);
        journal.compact(journal.epoch());
        journal.withdraw(entry.epoch());
        return journal.size();
    }

    @Benchmark
    public List<Entry> replay() {
        return journal.entries();
    }
}
