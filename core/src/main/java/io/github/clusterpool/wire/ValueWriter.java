package io.github.clusterpool.wire;

import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values of one sequence as CBOR, each with its code unless the reader will expect that code. */
final class ValueWriter {
    private static final Integer OPEN = -1;
    /** Bytes that are worth making room for. */
    private static final int LARGE = 64 * 1024;
    /** What CBOR puts before that many bytes takes so many itself. */
    private static final int HEAD = 5;

    private final WireRules rules;
    private final SentTypes types;
    private final Sink target;
    private final CBORGenerator out;
    private IdentityHashMap<Object, Integer> seen = new IdentityHashMap<>();
    private @Nullable Object root;
    private int rootExpected;
    private int finished;
    private int depth;

    ValueWriter(ValueCodec codec, SentTypes types, Sink target) {
        this.target = target;
        this.rules = codec.rules();
        this.types = types;
        try {
            this.out = codec.factory().createGenerator(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The generator, for the dictionary and for measuring. */
    CBORGenerator generator() {
        return out;
    }

    SentTypes types() {
        return types;
    }

    /** A value on its own: what it shares, it shares within itself. */
    void root(@Nullable Object value, int expected) throws IOException {
        value(value, expected);
        if (finished > 0) {
            seen = new IdentityHashMap<>(); // clearing one that has grown would take long for each value that follows
            finished = 0;
        }
        if (root != null) { // most values leave it as it is, and a store per value is felt
            root = null;
        }
    }

    void value(@Nullable Object value, int expected) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Integer number && expected == Builtins.PLAIN) {
            out.writeNumber(number);
        } else if (value instanceof String text && !isText(text)) {
            out.writeTag(Builtins.CHARS);
            Scalars.writeChars(text, this);
        } else {
            SentTypes.Writer type = types.of(value);
            if (!type.isMutable()) {
                tagged(value, type, expected);
            } else if (depth > 0) {
                shared(value, type, expected);
            } else {
                root = value;
                rootExpected = expected;
                tagged(value, type, expected);
            }
        }
    }

    private void tagged(Object value, SentTypes.Writer type, int expected) throws IOException {
        if (type.code() != expected) {
            out.writeTag(type.code());
        }
        type.write(value, this);
    }

    /** What can change is the same one again wherever it was; numbered as the reader finishes them. */
    private void shared(Object value, SentTypes.Writer type, int expected) throws IOException {
        Integer known = value == root ? OPEN : seen.putIfAbsent(value, OPEN);
        if (known == null) {
            tagged(value, type, expected);
            seen.put(value, finished++);
        } else if (known.equals(OPEN)) {
            throw new CannotTravelException(
                    value.getClass().getName(),
                    "a " + value.getClass().getTypeName() + " contains itself; send a flat form");
        } else {
            out.writeTag(Builtins.REFERENCE);
            out.writeNumber(known);
        }
    }

    void number(long value) throws IOException {
        out.writeNumber(value);
    }

    void real(double value) throws IOException {
        out.writeNumber(value);
    }

    void real(float value) throws IOException {
        out.writeNumber(value);
    }

    void flag(boolean value) throws IOException {
        out.writeBoolean(value);
    }

    void text(String value) throws IOException {
        checkLength(value);
        out.writeString(value);
    }

    void checkLength(String value) {
        checkLimit("a string", "chars", value.length(), rules.maxStringLength(), "maxStringLength");
    }

    void bytes(byte[] value) throws IOException {
        if (value.length > LARGE) {
            long all = (long) out.getOutputBuffered() + HEAD + value.length;
            if (depth == 0) {
                target.expectAll(all, types.toByteArray(rootExpected).length);
            } else {
                target.expect(all);
            }
        }
        out.writeBinary(value);
    }

    void row(long first, long second) throws IOException {
        begin(2);
        number(first);
        number(second);
        end();
    }

    void row(long first, long second, long third) throws IOException {
        begin(3);
        number(first);
        number(second);
        number(third);
        end();
    }

    /** Starts an array of exactly {@code count} items. */
    void begin(int count) throws IOException {
        if (++depth > rules.maxDepth()) {
            throw tooDeep(null);
        }
        out.writeStartArray(null, count);
    }

    void end() throws IOException {
        depth--;
        out.writeEndArray();
    }

    /** An array of the common code and the elements; of nothing if there are none. */
    void elements(Collection<?> values) throws IOException {
        int count = values.size();
        checkCount(count);
        if (count == 0) {
            begin(0);
        } else {
            begin(count + 1);
            int expected = types.commonCode(values);
            out.writeNumber(expected);
            int index = 0;
            try {
                for (Object value : values) {
                    value(value, expected);
                    index++;
                }
            } catch (CannotTravelException e) {
                throw e.within("element " + index);
            }
        }
        end();
    }

    /** An array of the keys' and the values' common codes and then keys and values in turn. */
    void entries(Map<?, ?> map) throws IOException {
        int count = map.size();
        checkCount(count);
        if (count == 0) {
            begin(0);
        } else {
            begin(2 * count + 2);
            int keys = types.commonCode(map.keySet());
            int values = types.commonCode(map.values());
            out.writeNumber(keys);
            out.writeNumber(values);
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                entry(entry, keys, values);
            }
        }
        end();
    }

    void entry(Map.Entry<?, ?> entry, int keys, int values) throws IOException {
        Object key = entry.getKey();
        try {
            value(key, keys);
        } catch (CannotTravelException e) {
            throw e.within("a key");
        }
        try {
            value(entry.getValue(), values);
        } catch (CannotTravelException e) {
            throw e.within("the value of " + name(key));
        }
    }

    void checkCount(int count) {
        checkLimit("a collection or array", "elements", count, rules.maxCount(), "maxCount");
    }

    static CannotTravelException tooDeep(@Nullable Throwable cause) {
        return new CannotTravelException(
                "java.lang.Object",
                "values must not be nested more deeply than maxDepth; perhaps one contains itself: send a flat form",
                cause);
    }

    private static void checkLimit(String what, String unit, int size, int limit, String name) {
        if (size > limit) {
            throw new CannotTravelException(
                    "java.lang.Object",
                    what + " must have at most " + limit + " " + unit + " (" + name + "), got " + size
                            + "; send it in parts");
        }
    }

    /** A key as its owner would recognise it; of other types, toString could be anything. */
    private static String name(@Nullable Object key) {
        if (key instanceof String text) {
            return "key '" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "'";
        }
        return key == null || key instanceof Number || key instanceof Enum<?> ? "key " + key : "a key";
    }

    /** UTF-8 has no unpaired surrogates; a Java string may. */
    private static boolean isText(String value) {
        for (int i = 0, n = value.length(); i < n; i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean paired =
                        Character.isHighSurrogate(c) && i + 1 < n && Character.isLowSurrogate(value.charAt(i + 1));
                if (!paired) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
