package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The types of one sequence on the receiver's side, made of the bytes that {@link SentTypes} wrote. Immutable once read. */
final class ReceivedTypes {
    /** Reads the payload of one type's values; {@code in} stands on its first token, and is left on its last. */
    @FunctionalInterface
    interface Reader {
        Object read(ValueReader in) throws IOException;

        /** As the sender's {@link SentTypes.Writer#isMutable}. */
        default boolean isMutable() {
            return true;
        }
    }

    private final ValueCodec codec;
    private final ClassLoader loader;
    private final List<Reader> dictionary = new ArrayList<>();
    private int commonCode = Builtins.PLAIN;

    private ReceivedTypes(ValueCodec codec) {
        this.codec = codec;
        this.loader = codec.loader();
    }

    /** Reads the next item of {@code in}, and finds all its classes. */
    static ReceivedTypes read(ValueCodec codec, CborIn in) throws IOException {
        ReceivedTypes types = new ReceivedTypes(codec);
        ValueReader reader = new ValueReader(in, types, codec.rules());
        in.next();
        reader.open();
        if (reader.more()) {
            types.commonCode = reader.asInt();
            while (reader.more()) {
                types.dictionary.add(types.readEntry(reader));
            }
        }
        return types;
    }

    boolean areOfJdk() {
        return dictionary.isEmpty();
    }

    int commonCode() {
        return commonCode;
    }

    Reader reader(int code) {
        int index = code - SentTypes.FIRST;
        Reader reader = index < 0 ? Builtins.reader(code) : index < dictionary.size() ? dictionary.get(index) : null;
        if (reader == null) {
            throw new MalformedValueException("a type code must be one of the sequence's, got " + code);
        }
        return reader;
    }

    /** Whether values of this code are counted, so that a later place may refer to them. */
    boolean isMutable(int code) {
        return code < SentTypes.FIRST
                ? Builtins.isMutable(code)
                : dictionary.get(code - SentTypes.FIRST).isMutable();
    }

    private Reader readEntry(ValueReader in) throws IOException {
        in.open();
        String kind = in.nextText();
        String name = in.nextText();
        return switch (kind) {
            case "r" -> readRecord(name, in);
            case "e" -> readEnum(name, in);
            case "a" -> in.closing(new ArrayTypes.Received(arrayClass(name)));
            case "x" -> in.closing(ofExtension(name));
            default ->
                throw new MalformedValueException("a type must be a record, enum, array or extension, got " + kind);
        };
    }

    private Reader readRecord(String name, ValueReader in) throws IOException {
        List<String> names = new ArrayList<>();
        List<Integer> codes = new ArrayList<>();
        while (in.more()) {
            names.add(in.asText());
            codes.add(in.nextInt());
        }
        Class<?> type = load(name);
        if (!type.isRecord() || name.startsWith("java.")) {
            throw refused(name);
        }
        Records.Shape shape = shape(type);
        if (!shape.names().equals(names)) {
            throw new MalformedValueException("record " + name + " must have the same components on both sides, got "
                    + names + " where this side has " + shape.names() + "; run the same build on both");
        }
        return new Records.Received(
                shape, codes.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Records.Shape shape(Class<?> type) {
        try {
            return Records.Shape.of(type);
        } catch (CannotTravelException | LinkageError e) {
            throw new MalformedValueException(
                    "record " + type.getName() + " cannot be made here: " + e.getMessage(), e);
        }
    }

    private Reader readEnum(String name, ValueReader in) throws IOException {
        Class<?> type = load(name);
        if (!type.isEnum()) {
            throw refused(name);
        }
        List<Enum<?>> constants = new ArrayList<>();
        while (in.more()) {
            constants.add(constant(type, in.asText()));
        }
        return new Enums.Received(type, constants.toArray(Enum<?>[]::new));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Enum<?> constant(Class<?> type, String name) {
        try {
            return Enum.valueOf((Class) type, name);
        } catch (IllegalArgumentException | LinkageError e) {
            throw new MalformedValueException(
                    "enum " + type.getName() + " must have the same constants on both sides, got " + name
                            + ", which this side lacks; run the same build on both",
                    e);
        }
    }

    private Class<?> arrayClass(String name) {
        String element = name.replaceFirst("^\\[+", "");
        boolean ofObjects = element.startsWith("L") && element.endsWith(";");
        if (name.equals(element) || (ofObjects && !codec.rules().allows(element.substring(1, element.length() - 1)))) {
            throw refused(name);
        }
        Class<?> type = find(name);
        if (type.getComponentType().isPrimitive()) {
            throw refused(name);
        }
        return type;
    }

    private Class<?> load(String name) {
        if (name.startsWith("[") || !codec.rules().allows(name)) {
            throw refused(name);
        }
        return find(name);
    }

    private Class<?> find(String name) {
        try {
            return codec.find(name, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new UnknownClassException(name, e);
        }
    }

    private Reader ofExtension(String name) {
        for (Extension<?> extension : codec.extensions()) {
            if (extension.name().equals(name)) {
                return in -> extension.make(Collections.unmodifiableList(Arrays.asList(in.items())), loader);
            }
        }
        throw new MalformedValueException("extension " + name + " must be known here");
    }

    private static MalformedValueException refused(String name) {
        return new MalformedValueException("class " + name + " must be a record, enum or array that the rules allow");
    }
}
