package io.github.clusterpool.wire;

import io.github.clusterpool.wire.CborIn.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values of one sequence. Nothing is allocated by a declared length beyond a small start. */
final class ValueReader {
    private static final int START = 1024;
    /** Of classes and their components, which are as long as they are. */
    private static final int LONGEST_NAME = 1 << 16;
    /** Bytes. */
    private static final int LONGEST_CHAR = 3;

    private static final @Nullable Object[] NONE = {};

    private final CborIn in;
    private final ReceivedTypes types;
    private final WireRules rules;
    private final List<Object> finished = new ArrayList<>();
    private final int longestText;
    private int depth;

    ValueReader(CborIn in, ReceivedTypes types, WireRules rules) {
        this.in = in;
        this.types = types;
        this.rules = rules;
        this.longestText = Math.max(rules.maxStringLength(), LONGEST_NAME);
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
        return value(in.next(), expected);
    }

    private @Nullable Object value(Item item, int expected) throws IOException {
        if (item == Item.NULL) {
            return null;
        }
        int tag = in.tag();
        int code = tag == CborIn.NO_TAG ? expected : tag;
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
        return switch (in.item()) {
            case INTEGER -> in.asInt();
            case TEXT -> checkLength(asText());
            case FLOAT -> in.asFloat();
            case DOUBLE -> in.asDouble();
            case TRUE -> true;
            case FALSE -> false;
            case BYTES -> finished(asBytes());
            case ARRAY -> finished(new ArrayList<>(Arrays.asList(elements())));
            default -> throw unexpected("a value");
        };
    }

    /** What it stands on. */
    Item item() {
        return in.item();
    }

    /** The next item, which is there. */
    Item next() throws IOException {
        Item item = in.next();
        if (item == Item.END) {
            throw unexpected("a value");
        }
        return item;
    }

    long asLong() {
        if (in.item() != Item.INTEGER) {
            throw unexpected("an integer");
        }
        return in.asLong();
    }

    int asInt() {
        if (in.item() != Item.INTEGER) {
            throw unexpected("an integer");
        }
        return in.asInt();
    }

    int asInt(int least, int most) {
        int value = asInt();
        if (value < least || value > most) {
            throw new MalformedValueException("a number must be from " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    double asDouble() {
        if (in.item() != Item.DOUBLE && in.item() != Item.FLOAT) {
            throw unexpected("a floating-point number");
        }
        return in.asDouble();
    }

    String asText() throws IOException {
        if (in.item() != Item.TEXT) {
            throw unexpected("a string");
        }
        if (in.length() / LONGEST_CHAR > longestText) {
            throw tooLong(in.length() / LONGEST_CHAR);
        }
        String text = in.asText();
        if (text.length() > longestText) {
            throw tooLong(text.length());
        }
        return text;
    }

    byte[] asBytes() throws IOException {
        if (in.item() != Item.BYTES) {
            throw unexpected("bytes");
        }
        return in.asBytes();
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
        in.next();
        return asLong();
    }

    int nextInt() throws IOException {
        in.next();
        return asInt();
    }

    String nextText() throws IOException {
        in.next();
        return asText();
    }

    byte[] nextBytes() throws IOException {
        in.next();
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
        if (in.item() != Item.ARRAY) {
            throw unexpected("an array");
        }
        if (++depth > rules.maxDepth()) {
            throw new MalformedValueException(
                    "values must be nested at most " + rules.maxDepth() + " levels (maxDepth)");
        }
    }

    /** Whether another item of the array is there, and then goes to it; at the array's end, leaves it. */
    boolean more() throws IOException {
        if (in.next() != Item.END_OF_ARRAY) {
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
        @Nullable Object[] values = new @Nullable Object[Math.min(START, in.left())];
        int size = 0;
        Item item;
        while ((item = in.next()) != Item.END_OF_ARRAY) {
            if (size == values.length) {
                checkCount(size + 1);
                values = Arrays.copyOf(values, 2 * size + 8);
            }
            values[size++] = value(item, expected);
        }
        depth--;
        return size == values.length ? values : Arrays.copyOf(values, size);
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
        Item item;
        while ((item = in.next()) != Item.END_OF_ARRAY) {
            Object key = value(item, keys);
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
            throw tooLong(text.length());
        }
        return text;
    }

    private MalformedValueException tooLong(int length) {
        return new MalformedValueException(
                "a string must have at most " + rules.maxStringLength() + " chars (maxStringLength), got " + length);
    }

    private void checkCount(int count) {
        if (count > rules.maxCount()) {
            throw new MalformedValueException(
                    "a collection or array must have at most " + rules.maxCount() + " elements (maxCount)");
        }
    }

    private MalformedValueException unexpected(String wanted) {
        return new MalformedValueException(wanted + " must come at byte " + in.offset() + ", got "
                + in.item().spoken());
    }
}
