package io.github.clusterpool.state;

import java.util.Map;
import java.util.Set;

/** One change of the pool's state, as every worker applies it. */
public sealed interface Entry {
    long epoch();

    long bytes();

    /**
     * Variables set together.
     *
     * @param bytes of all values, some of which may stand for what is elsewhere
     */
    record Export(long epoch, Map<String, byte[]> values, long bytes) implements Entry {
        public Export(long epoch, Map<String, byte[]> values) {
            this(epoch, values, total(values));
        }

        static long total(Map<String, byte[]> values) {
            return values.values().stream().mapToLong(value -> value.length).sum();
        }

        Set<String> names() {
            return values.keySet();
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
