package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JDK's data types, by class for the sender and by code for the receiver. Codes are the wire's: never reuse one. */
final class Builtins {
    /** Natural CBOR. */
    static final int PLAIN = 6;

    /** A container of this value that was read before, by number. */
    static final int REFERENCE = 16;

    /** A string that is no text, as it holds unpaired surrogates. */
    static final int CHARS = 28;

    private static final Table TABLE = new Table();

    static {
        TABLE.read(REFERENCE, in -> in.shared(in.asInt()));
        Scalars.register(TABLE);
        Times.register(TABLE);
        Names.register(TABLE);
        ArrayTypes.register(TABLE);
        Sequences.register(TABLE);
        Maps.register(TABLE);
        Enums.register(TABLE);
    }

    private Builtins() {}

    static SentTypes.@Nullable Writer writer(Class<?> type) {
        SentTypes.Writer writer = TABLE.writers.get(type);
        return writer != null || type.getClassLoader() != null ? writer : familyWriter(type);
    }

    private static SentTypes.@Nullable Writer familyWriter(Class<?> type) {
        for (Map.Entry<Class<?>, SentTypes.Writer> family : TABLE.families.entrySet()) {
            if (family.getKey().isAssignableFrom(type)) {
                return family.getValue();
            }
        }
        return null;
    }

    static ReceivedTypes.@Nullable Reader reader(int code) {
        return code >= 0 && code < TABLE.readers.length ? TABLE.readers[code] : null;
    }

    /** As the sender's {@link SentTypes.Writer#isMutable}, but for natural CBOR. */
    static boolean isMutable(int code) {
        return TABLE.mutable[code];
    }

    /** How a value is written. */
    @FunctionalInterface
    interface Put<T> {
        void put(T value, ValueWriter out) throws IOException;
    }

    private record Builtin<T>(int code, Put<T> put, boolean isMutable) implements SentTypes.Writer {
        @Override
        @SuppressWarnings("unchecked")
        public void write(Object value, ValueWriter out) throws IOException {
            put.put((T) value, out);
        }
    }

    /** Collects the types of each family. Classes that are private to the JDK are known by samples. */
    static final class Table {
        private final Map<Class<?>, SentTypes.Writer> writers = new HashMap<>();
        private final Map<Class<?>, SentTypes.Writer> families = new HashMap<>();
        private final ReceivedTypes.@Nullable Reader[] readers = new ReceivedTypes.@Nullable Reader[SentTypes.FIRST];
        private final boolean[] mutable = new boolean[SentTypes.FIRST];

        <T> void add(int code, Class<T> type, Put<T> put, ReceivedTypes.Reader take) {
            read(code, take);
            write(code, put, type);
        }

        /** A type and all its subtypes in the JDK's base module that have no code of their own. */
        <T> void addFamily(int code, Class<T> type, Put<T> put, ReceivedTypes.Reader take) {
            read(code, take);
            families.put(type, new Builtin<>(code, put, mutable[code]));
        }

        @SafeVarargs
        @SuppressWarnings("varargs")
        final <T> void addLike(int code, Put<T> put, ReceivedTypes.Reader take, T... samples) {
            read(code, take);
            like(code, put, samples);
        }

        /** More classes that come back as the type of this code. */
        @SafeVarargs
        final <T> void like(int code, Put<T> put, T... samples) {
            for (T sample : samples) {
                write(code, put, sample.getClass());
            }
        }

        void read(int code, ReceivedTypes.Reader take) {
            if (readers[code] != null) {
                throw new IllegalStateException("code " + code + " must be used once");
            }
            readers[code] = take;
        }

        <T> void write(int code, Put<T> put, Class<?> type) {
            boolean isContainer = type.isArray() || Collection.class.isAssignableFrom(type);
            writers.putIfAbsent(type, new Builtin<>(code, put, code == PLAIN ? isContainer : mutable[code]));
        }

        /** Of these codes, the same one in two places comes back as the same one; said before they are added. */
        void mutable(int... codes) {
            for (int code : codes) {
                mutable[code] = true;
            }
        }
    }
}
