package io.github.clusterpool.wire;

import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import com.fasterxml.jackson.dataformat.cbor.CBORReadContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values of one sequence. Nothing is allocated by a declared length beyond a small start. */
final class ValueReader {
    private static final int START = 1024;
    private static final @Nullable Object[] NONE = {};

    private final CBORParser in;
    private final ReceivedTypes types;
    private final WireRules rules;
    private final List<Object> finished = new ArrayList<>();
    private int depth;

    ValueReader(CBORParser in, ReceivedTypes types, WireRules rules) {
        this.in = in;
        this.types = types;
        this.rules = rules;
    }

    /** The next value on its own: what it shares, it shares within itself. */
    @Nullable
    Object root(int expected) throws IOException {
        if (!finished.isEmpty()) {
            finished.clear();
        }
        return value(expected);
    }

    /** The next value, of this code unless it is tagged with its own. */
    @Nullable
    Object value(int expected) throws IOException {
        return value(in.nextToken(), expected);
    }

    private @Nullable Object value(@Nullable JsonToken token, int expected) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        int tag = in.getCurrentTag();
        int code = tag < 0 ? expected : tag;
        if (code == Builtins.PLAIN) {
            return plain();
        }
        Object value = types.reader(code).read(this);
        return types.isMutable(code) ? finished(value) : value;
    }

    private Object finished(Object value) {
        if (depth > 0) {
            finished.add(value);
        }
        return value;
    }

    /** What was finished before. */
    Object shared(int number) {
        if (number < 0 || number >= finished.size()) {
            throw new MalformedValueException(
                    "a reference must be to one of " + finished.size() + " before it, got " + number);
        }
        return finished.get(number);
    }

    /** Natural CBOR. */
    Object plain() throws IOException {
        return switch (token()) {
            case VALUE_NUMBER_INT -> in.getIntValue();
            case VALUE_STRING -> checkLength(in.getText());
            case VALUE_NUMBER_FLOAT -> asFloating();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_EMBEDDED_OBJECT -> finished(asBytes());
            case START_ARRAY -> finished(new ArrayList<>(Arrays.asList(elements())));
            default -> throw unexpected("a value");
        };
    }

    private Object asFloating() throws IOException {
        if (in.getNumberType() == NumberType.FLOAT) {
            return in.getFloatValue();
        }
        return in.getDoubleValue();
    }

    JsonToken token() {
        JsonToken token = in.currentToken();
        if (token == null) {
            throw unexpected("a value");
        }
        return token;
    }

    JsonToken next() throws IOException {
        in.nextToken();
        return token();
    }

    long asLong() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw unexpected("an integer");
        }
        return in.getLongValue();
    }

    int asInt() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw unexpected("an integer");
        }
        return in.getIntValue();
    }

    int asInt(int least, int most) throws IOException {
        int value = asInt();
        if (value < least || value > most) {
            throw new MalformedValueException("a number must be from " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    double asDouble() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
            throw unexpected("a floating-point number");
        }
        return in.getDoubleValue();
    }

    String asText() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw unexpected("a string");
        }
        return in.getText();
    }

    byte[] asBytes() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_EMBEDDED_OBJECT) {
            throw unexpected("bytes");
        }
        BytesIn bytes = new BytesIn(in.getInputSource() instanceof InputStream rest ? rest : null);
        in.readBinaryValue(bytes);
        return bytes.toByteArray();
    }

    /** Bytes in elements of this width. */
    ByteBuffer asBytes(int width) throws IOException {
        byte[] bytes = asBytes();
        if (bytes.length % width != 0) {
            throw new MalformedValueException("bytes must come in groups of " + width + ", got " + bytes.length);
        }
        return ByteBuffer.wrap(bytes);
    }

    long nextLong() throws IOException {
        in.nextToken();
        return asLong();
    }

    int nextInt() throws IOException {
        in.nextToken();
        return asInt();
    }

    String nextText() throws IOException {
        in.nextToken();
        return asText();
    }

    byte[] nextBytes() throws IOException {
        in.nextToken();
        return asBytes();
    }

    /** The enum whose code comes next. */
    Enums.Received nextEnum() throws IOException {
        if (types.reader(nextInt()) instanceof Enums.Received type) {
            return type;
        }
        throw new MalformedValueException("the code of an enum must come first");
    }

    /** Goes into an array. */
    void open() {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw unexpected("an array");
        }
        if (++depth > rules.maxDepth()) {
            throw new MalformedValueException(
                    "values must be nested at most " + rules.maxDepth() + " levels (maxDepth)");
        }
    }

    /** Whether another item of the array is there, and then goes to it; at the array's end, leaves it. */
    boolean more() throws IOException {
        if (in.nextToken() != JsonToken.END_ARRAY) {
            return true;
        }
        depth--;
        return false;
    }

    /** Leaves an array, which must have no more items. */
    void close() throws IOException {
        if (more()) {
            throw unexpected("the end of an array");
        }
    }

    /** Leaves an array with what was made of it. */
    <T> T closing(T made) throws IOException {
        close();
        return made;
    }

    /** The elements of an array whose first item is their common code. */
    @Nullable
    Object[] elements() throws IOException {
        open();
        return more() ? rest(asInt()) : NONE;
    }

    /** All items of an array as plain values. */
    @Nullable
    Object[] items() throws IOException {
        open();
        return rest(Builtins.PLAIN);
    }

    private @Nullable Object[] rest(int expected) throws IOException {
        @Nullable Object[] values = new @Nullable Object[Math.min(START, Math.max(0, left()))];
        int size = 0;
        JsonToken token;
        while ((token = in.nextToken()) != JsonToken.END_ARRAY) {
            if (size == values.length) {
                checkCount(size + 1);
                values = Arrays.copyOf(values, 2 * size + 8);
            }
            values[size++] = value(token, expected);
        }
        depth--;
        return size == values.length ? values : Arrays.copyOf(values, size);
    }

    private int left() {
        CBORReadContext context = in.getParsingContext();
        return context.hasExpectedLength() ? context.getRemainingExpectedLength() : 0;
    }

    /** Fills a map with keys and values, which come in turn after their common codes. */
    <M extends Map<Object, Object>> M entries(M map) throws IOException {
        open();
        if (!more()) {
            return map;
        }
        int keys = asInt();
        int values = nextInt();
        int size = 0;
        JsonToken token;
        while ((token = in.nextToken()) != JsonToken.END_ARRAY) {
            Object key = value(token, keys);
            map.put(key, value(values));
            checkNew(map.size() == ++size);
            checkCount(size);
        }
        depth--;
        return map;
    }

    void checkNew(boolean isNew) {
        if (!isNew) {
            throw new MalformedValueException("a set or map must have different keys, got two that are equal here");
        }
    }

    private String checkLength(String text) {
        if (text.length() > rules.maxStringLength()) {
            throw new MalformedValueException("a string must have at most " + rules.maxStringLength()
                    + " chars (maxStringLength), got " + text.length());
        }
        return text;
    }

    private void checkCount(int count) {
        if (count > rules.maxCount()) {
            throw new MalformedValueException(
                    "a collection or array must have at most " + rules.maxCount() + " elements (maxCount)");
        }
    }

    private MalformedValueException unexpected(String wanted) {
        JsonToken token = in.currentToken();
        return new MalformedValueException(wanted + " must come at byte "
                + in.currentLocation().getByteOffset() + ", got " + (token == null ? "the end" : token));
    }
}
