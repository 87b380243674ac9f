package io.github.clusterpool.wire;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
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
    private final CborOut out;
    private @Nullable IdentityHashMap<Object, Integer> seen;
    private @Nullable Object root;
    private int rootExpected;
    private int finished;
    private int depth;

    ValueWriter(ValueCodec codec, SentTypes types, CborOut out) {
        this.out = out;
        this.rules = codec.rules();
        this.types = types;
    }

    SentTypes types() {
        return types;
    }

    /** A value on its own: what it shares, it shares within itself. */
    void root(@Nullable Object value, int expected) throws IOException {
        value(value, expected);
        if (finished > 0) {
            seen = null; // clearing one that has grown would take long for each value that follows
            finished = 0;
        }
        if (root != null) { // most values leave it as it is, and a store per value is felt
            root = null;
        }
    }

    void value(@Nullable Object value, int expected) throws IOException {
        if (value == null) {
            out.nothing();
        } else if (value instanceof Integer number && expected == Builtins.PLAIN) {
            out.number(number);
        } else if (value instanceof String text) {
            string(text, expected);
        } else {
            typed(value, types.of(value), expected);
        }
    }

    void nothing() {
        out.nothing();
    }

    /** A value that is written in this way. */
    void value(Object value, SentTypes.Writer type, int expected) throws IOException {
        if (value instanceof String text) {
            string(text, expected);
        } else {
            typed(value, type, expected);
        }
    }

    /** UTF-8 has no unpaired surrogates; a Java string may. */
    private void string(String value, int expected) throws IOException {
        int length = Utf8.length(value);
        if (length < 0) {
            out.tag(Builtins.CHARS);
            Scalars.writeChars(value, this);
            return;
        }
        if (expected != Builtins.PLAIN) {
            out.tag(Builtins.PLAIN);
        }
        checkLength(value);
        out.text(value, length);
    }

    private void typed(Object value, SentTypes.Writer type, int expected) throws IOException {
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

    private void tagged(Object value, SentTypes.Writer type, int expected) throws IOException {
        if (type.code() != expected) {
            out.tag(type.code());
        }
        type.write(value, this);
    }

    /** What can change is the same one again wherever it was; numbered as the reader finishes them. */
    private void shared(Object value, SentTypes.Writer type, int expected) throws IOException {
        IdentityHashMap<Object, Integer> all = seen;
        if (all == null) {
            all = new IdentityHashMap<>();
            seen = all;
        }
        Integer known = value == root ? OPEN : all.putIfAbsent(value, OPEN);
        if (known == null) {
            tagged(value, type, expected);
            all.put(value, finished++);
        } else if (known.equals(OPEN)) {
            throw new CannotTravelException(
                    value.getClass().getName(),
                    "a " + value.getClass().getTypeName() + " contains itself; send a flat form");
        } else {
            out.tag(Builtins.REFERENCE);
            out.number(known);
        }
    }

    void number(long value) {
        out.number(value);
    }

    void real(double value) {
        out.real(value);
    }

    void real(float value) {
        out.real(value);
    }

    void flag(boolean value) {
        out.flag(value);
    }

    void text(String value) throws IOException {
        int length = Utf8.length(value);
        if (length < 0) {
            throw new CharacterCodingException();
        }
        checkLength(value);
        out.text(value, length);
    }

    void checkLength(String value) {
        checkLimit("a string", "chars", value.length(), rules.maxStringLength(), "maxStringLength");
    }

    void bytes(byte[] value) {
        if (value.length > LARGE) {
            long all = (long) HEAD + value.length;
            if (depth == 0) {
                out.expectAll(all, types.toByteArray(rootExpected).length);
            } else {
                out.expect(all);
            }
        }
        out.bytes(value);
    }

    void row(long first, long second) {
        begin(2);
        number(first);
        number(second);
        end();
    }

    void row(long first, long second, long third) {
        begin(3);
        number(first);
        number(second);
        number(third);
        end();
    }

    /** Starts an array of exactly {@code count} items. */
    void begin(int count) {
        if (++depth > rules.maxDepth()) {
            throw tooDeep(null);
        }
        out.array(count);
    }

    void end() {
        depth--;
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
            out.number(expected);
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
            out.number(keys);
            out.number(values);
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
}
