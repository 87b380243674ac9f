package io.github.clusterpool.state;

import java.util.Map;
import java.util.Set;

/** One change of the pool's state, as every worker applies it. */
public sealed interface Entry {
    long epoch();

    long bytes();

    /** Variables set together. */
    record Export(long epoch, Map<String, byte[]> values) implements Entry {
        Set<String> names() {
            return values.keySet();
        }

        @Override
        public long bytes() {
            return values.values().stream().mapToLong(value -> value.length).sum();
        }
    }

    /** Code that each worker evaluates in its own environment. */
    record Evalq(long epoch, byte[] code) implements Entry {
        @Override
        public long bytes() {
            return code.length;
        }
    }

    /** A new generation: every name is gone. */
    record Clear(long epoch) implements Entry {
        @Override
        public long bytes() {
            return 0;
        }
    }
}
