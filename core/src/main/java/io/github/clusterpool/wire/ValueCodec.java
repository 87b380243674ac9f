package io.github.clusterpool.wire;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into bytes and back: what comes back equals what was sent and has the same type. Immutable and thread-safe.
 *
 * <p>Travels: null, the JDK's numbers, text, times, names (URI, Path, Locale, …), collections and maps (no subclasses of
 * them), arrays, records, enums, and what an {@link Extension} takes. What can change and is reached twice within a value
 * is one thing again; what contains itself, and everything else, is refused.
 *
 * <p>Comes back as an equal value of another class: a subList and a map's values as an ArrayList, a map's keys and entries as
 * a LinkedHashSet, an entry of a mutable map as a SimpleEntry.
 */
public final class ValueCodec {
    private static final int LONGEST_NAME = 1 << 16;

    private final WireRules rules;
    private final List<Extension<?>> extensions;
    private final @Nullable ClassLoader loader;
    private final CBORFactory factory;
    private final Map<String, Class<?>> found = new ConcurrentHashMap<>();
    private final @Nullable Consumer<@Nullable ClassLoader> used;

    /** A codec for both directions; the other side's must have the same rules and extensions. */
    public ValueCodec(WireRules rules, List<Extension<?>> extensions) {
        this(rules, List.copyOf(extensions), null, factory(rules), null);
    }

    private ValueCodec(
            WireRules rules,
            List<Extension<?>> extensions,
            @Nullable ClassLoader loader,
            CBORFactory factory,
            @Nullable Consumer<@Nullable ClassLoader> used) {
        this.rules = rules;
        this.extensions = extensions;
        this.loader = loader;
        this.factory = factory;
        this.used = used;
    }

    /** The same codec, but looks classes up here; without, by the thread's context class loader. */
    public ValueCodec withLoader(ClassLoader loader) {
        return new ValueCodec(rules, extensions, loader, factory, used);
    }

    /** The same codec, but tells of the loader of each record, enum or array class that it encodes. */
    public ValueCodec tellingOfLoaders(Consumer<@Nullable ClassLoader> used) {
        return new ValueCodec(rules, extensions, loader, factory, used);
    }

    /**
     * Encodes one value with all that is needed to read it.
     *
     * @throws CannotTravelException with the way from {@code value} to what cannot travel
     */
    public byte[] encode(@Nullable Object value) {
        SlicesWriter writer = writer();
        writer.add(value);
        return writer.finishInOne();
    }

    /**
     * Decodes what {@link #encode} made.
     *
     * @throws UnknownClassException if a class is missing here
     * @throws MalformedValueException if the bytes make no value
     */
    public @Nullable Object decode(byte[] bytes) {
        return reading(bytes, this::one)[0];
    }

    /** The same with bytes that came as a blob. */
    public @Nullable Object decode(Blob blob) {
        return reading(blob, this::one)[0];
    }

    /** Whether what came as a blob is made of the JDK's classes alone, so that no class of a user can be missing or fail. */
    boolean isOfJdk(Blob blob) {
        return reading(blob, parser -> ReceivedTypes.read(this, parser).areOfJdk());
    }

    private @Nullable Object[] one(CBORParser parser) throws IOException {
        return new Decoder(this, ReceivedTypes.read(this, parser)).values(parser, 1);
    }

    /** Encodes values one by one; all together are limited as one value is. */
    public SlicesWriter writer() {
        return writer(rules.maxBytes());
    }

    /** Encodes values one by one, up to {@code maxBytes} of all together. */
    public SlicesWriter writer(long maxBytes) {
        return new SlicesWriter(this, maxBytes);
    }

    /**
     * Encodes values in their order.
     *
     * @throws CannotTravelException whose path starts with the element, like {@code element 3}
     */
    public Slices encodeAll(Collection<?> values) {
        SlicesWriter writer = writer();
        for (Object value : values) {
            try {
                writer.add(value);
            } catch (CannotTravelException e) {
                throw e.within("element " + writer.size());
            }
        }
        return writer.finish();
    }

    /**
     * Reads the types of a sequence and finds their classes.
     *
     * @param types as {@link Slices#types} gives them
     * @throws UnknownClassException if a class is missing here
     * @throws MalformedValueException if the bytes are no types
     */
    public Decoder decoder(byte[] types) {
        return reading(types, this::types);
    }

    /** The same with bytes that came as a blob. */
    public Decoder decoder(Blob types) {
        return reading(types, this::types);
    }

    private Decoder types(CBORParser parser) throws IOException {
        ReceivedTypes received = ReceivedTypes.read(this, parser);
        checkEnd(parser);
        return new Decoder(this, received);
    }

    WireRules rules() {
        return rules;
    }

    List<Extension<?>> extensions() {
        return extensions;
    }

    CBORFactory factory() {
        return factory;
    }

    void uses(Class<?> type) {
        if (used != null) {
            used.accept(type.getClassLoader());
        }
    }

    ClassLoader loader() {
        ClassLoader chosen = loader != null ? loader : Thread.currentThread().getContextClassLoader();
        return chosen != null ? chosen : ValueCodec.class.getClassLoader();
    }

    /**
     * Not initialised. A loader of its own is asked once for each class, as it lives as long as this codec; not so one whose
     * answers change with what has been sent.
     */
    Class<?> find(String name, ClassLoader from) throws ClassNotFoundException {
        Class<?> known = found.get(name);
        if (known == null) {
            known = Class.forName(name, false, from);
            if (loader != null && used == null) {
                found.putIfAbsent(name, known);
            }
        }
        return known;
    }

    /** What is read from a parser. */
    @FunctionalInterface
    interface Reading<T> {
        T read(CBORParser parser) throws IOException;
    }

    /** What makes a parser. */
    @FunctionalInterface
    private interface Opening {
        CBORParser open() throws IOException;
    }

    /** Whatever bytes do, they do it as a {@link MalformedValueException}. */
    <T> T reading(byte[] bytes, Reading<T> reading) {
        return reading(bytes, 0, reading);
    }

    <T> T reading(byte[] bytes, int from, Reading<T> reading) {
        int size = bytes.length - from;
        return reading(size, () -> factory.createParser(bytes, from, size), reading);
    }

    <T> T reading(Blob blob, Reading<T> reading) {
        InputStream bytes = blob.open();
        return reading(blob.ref().size(), () -> factory.createParser(bytes), reading);
    }

    private <T> T reading(int size, Opening opening, Reading<T> reading) {
        if (size > rules.maxBytes()) {
            throw new MalformedValueException(
                    "the bytes must be at most " + rules.maxBytes() + " (maxBytes), got " + size);
        }
        try (CBORParser parser = opening.open()) {
            return reading.read(parser);
        } catch (MalformedValueException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new MalformedValueException("the bytes make no value: " + e, e);
        }
    }

    static void checkEnd(CBORParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new MalformedValueException("the bytes must end with the last value, got more");
        }
    }

    /** Jackson's limits are the last resort; the writer and the reader know better where they stand. */
    private static CBORFactory factory(WireRules rules) {
        int levels = rules.maxDepth() + 8;
        return CBORFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                .streamWriteConstraints(
                        StreamWriteConstraints.builder().maxNestingDepth(levels).build())
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(levels)
                        .maxStringLength(Math.max(rules.maxStringLength(), LONGEST_NAME))
                        .build())
                .build();
    }
}
