package io.github.clusterpool.wire;

import java.io.IOException;
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
    private static final int FEW_VALUES = 16;
    private static final int FEW_BYTES = 256;

    private final WireRules rules;
    private final List<Extension<?>> extensions;
    private final @Nullable ClassLoader loader;
    private final Map<String, Class<?>> found = new ConcurrentHashMap<>();
    private final KnownTypes known = new KnownTypes();
    private final @Nullable Consumer<@Nullable ClassLoader> used;

    /** A codec for both directions; the other side's must have the same rules and extensions. */
    public ValueCodec(WireRules rules, List<Extension<?>> extensions) {
        this(rules, List.copyOf(extensions), null, null);
    }

    private ValueCodec(
            WireRules rules,
            List<Extension<?>> extensions,
            @Nullable ClassLoader loader,
            @Nullable Consumer<@Nullable ClassLoader> used) {
        this.rules = rules;
        this.extensions = extensions;
        this.loader = loader;
        this.used = used;
    }

    /** The same codec, but looks classes up here; without, by the thread's context class loader. */
    public ValueCodec withLoader(ClassLoader loader) {
        return new ValueCodec(rules, extensions, loader, used);
    }

    /** Whether it looks classes up there. */
    public boolean usesLoader(ClassLoader other) {
        return loader == other;
    }

    /** The same codec, but tells of the loader of each record, enum or array class that it encodes. */
    public ValueCodec tellingOfLoaders(Consumer<@Nullable ClassLoader> used) {
        return new ValueCodec(rules, extensions, loader, used);
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
     * The same into an array that is there, or a larger one where it does not fit.
     *
     * @throws CannotTravelException as {@link #encode(Object)}
     */
    public Encoded encode(@Nullable Object value, byte[] room) {
        SlicesWriter writer = new SlicesWriter(this, rules.maxBytes(), FEW_VALUES, room);
        writer.add(value);
        return writer.finishInPlace();
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
        return reading(blob, in -> types(in).areOfJdk());
    }

    private @Nullable Object[] one(CborIn in) throws IOException {
        return new Decoder(this, types(in)).values(in, 1);
    }

    /** Encodes values one by one; all together are limited as one value is. */
    public SlicesWriter writer() {
        return writer(rules.maxBytes());
    }

    /** Encodes values one by one, up to {@code maxBytes} of all together. */
    public SlicesWriter writer(long maxBytes) {
        return new SlicesWriter(this, maxBytes, FEW_VALUES, FEW_BYTES);
    }

    /** The same for values that are likely to be so many, and to take so many bytes. */
    public SlicesWriter writer(long maxBytes, int values, int bytes) {
        return new SlicesWriter(this, maxBytes, Math.max(FEW_VALUES, values), Math.max(FEW_BYTES, bytes));
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
        return reading(types, this::onlyTypes);
    }

    /** The same with bytes that came as a blob. */
    public Decoder decoder(Blob types) {
        return reading(types, this::onlyTypes);
    }

    private Decoder onlyTypes(CborIn in) throws IOException {
        ReceivedTypes received = types(in);
        checkEnd(in);
        return new Decoder(this, received);
    }

    private ReceivedTypes types(CborIn in) throws IOException {
        return findsTheSame() ? known.read(this, in) : ReceivedTypes.read(this, in);
    }

    WireRules rules() {
        return rules;
    }

    List<Extension<?>> extensions() {
        return extensions;
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
            if (findsTheSame()) {
                found.putIfAbsent(name, known);
            }
        }
        return known;
    }

    private boolean findsTheSame() {
        return loader != null && used == null;
    }

    /** What is made of bytes. */
    @FunctionalInterface
    interface Reading<T> {
        T read(CborIn in) throws IOException;
    }

    /** Whatever bytes do, they do it as a {@link MalformedValueException}. */
    <T> T reading(byte[] bytes, Reading<T> reading) {
        return reading(bytes, 0, reading);
    }

    <T> T reading(byte[] bytes, int from, Reading<T> reading) {
        int size = bytes.length - from;
        checkSize(size);
        return reading(new CborIn(bytes, from, size), reading);
    }

    <T> T reading(Blob blob, Reading<T> reading) {
        checkSize(blob.ref().size());
        if (blob.isInMemory()) {
            return reading(blob.array(), reading);
        }
        return reading(new CborIn(blob.open(), blob.ref().size()), reading);
    }

    private void checkSize(int size) {
        if (size > rules.maxBytes()) {
            throw new MalformedValueException(
                    "the bytes must be at most " + rules.maxBytes() + " (maxBytes), got " + size);
        }
    }

    private static <T> T reading(CborIn in, Reading<T> reading) {
        try {
            return reading.read(in);
        } catch (MalformedValueException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new MalformedValueException("the bytes make no value: " + e, e);
        }
    }

    static void checkEnd(CborIn in) throws IOException {
        if (in.next() != CborIn.Item.END) {
            throw new MalformedValueException("the bytes must end with the last value, got more");
        }
    }
}
