package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.code.LambdaException;
import io.github.clusterpool.code.Scripts;
import io.github.clusterpool.state.Dealing;
import io.github.clusterpool.state.JobRules;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.CannotTravelException;
import io.github.clusterpool.wire.Contents;
import io.github.clusterpool.wire.Encoded;
import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.Slices;
import io.github.clusterpool.wire.SlicesWriter;
import io.github.clusterpool.wire.ValueCodec;
import io.github.clusterpool.wire.WireRules;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Makes functions and values ready to travel, and values of what came back; {@link Pool} does it with this, and so can
 * an actor that talks to a {@link PoolSupervisor} itself. Immutable and thread-safe.
 */
public final class Codec {
    private final ValueCodec values;
    private final ClassLoader loader;
    private final Scripts scripts;
    private final @Nullable ClassOrigins origins;
    private final PoolConfig config;
    private final PlainFunctions plain;
    private final long maxSize;
    private final @Nullable KeptFiles files;
    private final Rooms rooms = new Rooms();

    /** Made of this one for a later generation, and kept for as long as jobs of that use it. */
    private volatile @Nullable WeakReference<Codec> later;

    Codec(PoolConfig config, ClassLoader loader) {
        this(config, loader, null, null);
    }

    /** A driver's, which remembers where the classes of what it encodes came from, and finds them there again. */
    Codec(PoolConfig config, ClassOrigins origins) {
        this(config, origins, null);
    }

    /** The same for workers that find exported values that are large in {@code files}. */
    Codec(PoolConfig config, ClassOrigins origins, @Nullable KeptFiles files) {
        this(config, origins.loader(), origins, files);
    }

    private Codec(PoolConfig config, ClassLoader loader, @Nullable ClassOrigins origins, @Nullable KeptFiles files) {
        FunctionExtension functions = new FunctionExtension(origins == null ? ignored -> {} : origins::noteFunction);
        ValueCodec own = new ValueCodec(config.wireRules(), config.extensions(functions)).withLoader(loader);
        this.values = origins == null ? own : own.tellingOfLoaders(origins::note);
        this.loader = loader;
        this.scripts = new Scripts(loader);
        this.origins = origins;
        this.config = config;
        this.plain = new PlainFunctions();
        this.maxSize = config.blob().maxSize();
        this.files = files;
        functions.encodeCapturedWith(values);
    }

    private Codec(Codec other, ClassLoader loader) {
        this.values = other.values.withLoader(loader);
        this.loader = loader;
        this.scripts = new Scripts(loader);
        this.origins = other.origins;
        this.config = other.config;
        this.plain = new PlainFunctions();
        this.maxSize = other.maxSize;
        this.files = other.files;
    }

    /** The codec that pools of that ActorSystem use. */
    public static Codec of(ActorSystem<?> system) {
        return new Codec(PoolConfig.from(system.settings().config()), Codec.class.getClassLoader());
    }

    /** The same, with the classes that the driver's callers use in this generation. */
    Codec ofThisGeneration() {
        ClassLoader now = origins == null ? loader : origins.loader();
        if (now == loader) {
            return this;
        }
        WeakReference<Codec> made = later;
        Codec known = made == null ? null : made.get();
        if (known == null || known.loader != now) {
            known = new Codec(this, now);
            later = new WeakReference<>(known);
        }
        return known;
    }

    PoolConfig config() {
        return config;
    }

    ValueCodec values() {
        return values;
    }

    ClassLoader loader() {
        return loader;
    }

    /** Those in the languages that come with the loader. */
    Scripts scripts() {
        return scripts;
    }

    // ---- on the caller's side

    /**
     * The work of {@code lapply}.
     *
     * @param xs n elements; may hold null
     * @throws NotPortableException if {@code fn} or an element cannot travel
     * @throws PayloadTooLargeException if one of them is larger than {@code clusterpool.blob.max-size}
     */
    public <T, R> Work lapply(Collection<T> xs, Fn<T, R> fn, JobOptions options) {
        Check.given(xs, "xs");
        byte[] function = function(fn);
        SlicesWriter writer = values.writer(WireRules.MOST_BYTES, xs.size(), 0);
        try {
            for (T x : xs) {
                writer.add(x);
            }
        } catch (CannotTravelException e) {
            throw refused("element " + writer.size(), e);
        }
        return work(function, 1, writer.finish(), options, dealing(options), 0);
    }

    /** The work of {@code map} with rows of arguments that belong together. */
    Work map(List<List<?>> vectors, Object fn, JobOptions options) {
        int n = Recycling.length(vectors);
        byte[] function = function(fn);
        SlicesWriter writer = values.writer(WireRules.MOST_BYTES);
        int arity = vectors.size();
        try {
            for (int i = 0; i < n; i++) {
                for (List<?> vector : vectors) {
                    writer.add(Recycling.element(vector, i));
                }
            }
        } catch (CannotTravelException e) {
            int list = writer.size() % arity + 1;
            throw refused("element " + writer.size() / arity + (arity > 1 ? " of list " + list : ""), e);
        }
        return work(function, arity, Recycling.byCall(writer.finish(), arity), options, dealing(options), 0);
    }

    /**
     * The work of {@code call}: once on every worker.
     *
     * @param fn a {@link Fn0}, or a {@link Fn} with its argument
     */
    Work call(Object fn, List<@Nullable Object> arguments, JobOptions options) {
        byte[] function = function(fn);
        SlicesWriter writer = values.writer(WireRules.MOST_BYTES);
        arguments.forEach(argument -> travelling("the argument", () -> added(writer, argument)));
        Slices encoded = writer.finish();
        int[] end = {encoded.byteSize()};
        return work(
                function,
                arguments.size(),
                new Slices(encoded.types(), encoded.bytes(), end),
                options,
                Dealing.EVERY_WORKER,
                0);
    }

    /**
     * The work of one task of an executor.
     *
     * @param index how many tasks it had before
     */
    Work task(Fn<?, ?> call, Object task, JobOptions options, int index) {
        byte[] function = function(call);
        SlicesWriter writer = values.writer(WireRules.MOST_BYTES);
        travelling("", () -> added(writer, task));
        return work(function, 1, writer.finish(), options, Dealing.ROUND_ROBIN, index);
    }

    /** The work of {@code call(fn)}. */
    public <R> Work call(Fn0<R> fn, JobOptions options) {
        return call(fn, List.of(), options);
    }

    /** The code of {@code evalq}. */
    public byte[] evalq(Fn0<?> code) {
        return function(code);
    }

    /** The code of {@code evalq} as text; fails if it does not parse. */
    public byte[] evalq(String code) {
        return function(Script.statements(code));
    }

    /** One value, ready to be exported. */
    public byte[] value(String name, @Nullable Object value) {
        String what = "'" + name + "'";
        byte[] bytes = files == null ? travelling(what, () -> values.encode(value)) : shared(what, value, files);
        limited(what, bytes.length);
        hash(bytes, 0, bytes.length);
        return bytes;
    }

    /** Its bytes, or what stands for them if they are large. */
    private byte[] shared(String what, @Nullable Object value, KeptFiles files) {
        Encoded encoded = travelling(what, () -> values.encode(value, rooms.take()));
        try {
            limited(what, encoded.length());
            byte[] content = encoded.length() < BlobFiles.LEAST_BYTES ? null : files.keep(encoded);
            return content == null ? encoded.copy() : content;
        } finally {
            rooms.giveBack(encoded.array());
        }
    }

    byte[] function(Object fn) {
        byte[] known = plain.encoded(Check.given(fn, "fn"));
        if (known == null) {
            return newFunction(fn);
        }
        if (origins != null) {
            origins.note(fn.getClass().getClassLoader());
        }
        return known;
    }

    private byte[] newFunction(Object fn) {
        if (origins != null && fn instanceof Script.Text script && Scripts.areOfAnotherLanguage(script.text())) {
            origins.note(Thread.currentThread().getContextClassLoader()); // it has the language
        }
        byte[] bytes = travelling("", () -> values.encode(fn));
        limited("the function", bytes.length);
        hash(bytes, 0, bytes.length);
        plain.keep(fn, bytes);
        return bytes;
    }

    /**
     * Part of a stream's work.
     *
     * @param first index of its first element
     */
    Work part(byte[] function, Slices elements, JobOptions options, int first) {
        return work(function, 1, elements, options, Dealing.ROUND_ROBIN, first);
    }

    private Work work(
            byte[] function, int arity, Slices arguments, JobOptions options, Dealing dealing, int firstIndex) {
        JobOptions.Chosen chosen = (JobOptions.Chosen) options;
        byte[] retryOn = chosen.retryOn() == null ? new byte[0] : function(chosen.retryOn());
        if (arguments.largest() > Math.min(maxSize, config.threshold())) {
            checkLarge(arguments, firstIndex);
        }
        hash(arguments.types(), 0, arguments.types().length);
        JobRules rules = new JobRules(
                dealing,
                chosen.chunkSize(),
                chosen.retries(),
                chosen.failFast(),
                chosen.maxConcurrency(),
                chosen.timeout() == null ? 0 : chosen.timeout().toNanos(),
                chosen.retries() == 0 || chosen.taskTimeout() != null);
        long taskTimeout =
                chosen.taskTimeout() == null ? 0 : chosen.taskTimeout().toNanos();
        return new Work(
                function, arity, arguments, rules, taskTimeout, retryOn, firstIndex, chosen.seed(), chosen.detached());
    }

    private void checkLarge(Slices arguments, int firstIndex) {
        for (int i = 0; i < arguments.size(); i++) {
            int bytes = arguments.byteSize(i, i + 1);
            if (bytes > maxSize) {
                throw new PayloadTooLargeException(Messages.tooLarge("element " + (firstIndex + i), bytes, maxSize));
            }
            hash(arguments.bytes(), arguments.start(i), bytes);
        }
    }

    private static Dealing dealing(JobOptions options) {
        return Dealing.valueOf(((JobOptions.Chosen) options).scheduling().name());
    }

    private void limited(String what, int bytes) {
        if (bytes > maxSize) {
            throw new PayloadTooLargeException(Messages.tooLarge(what, bytes, maxSize));
        }
    }

    /** What will travel as a blob is hashed on the caller's thread, so that the supervisor need not. */
    private void hash(byte[] array, int from, int length) {
        if (config.placement() != Placement.IN_PROCESS && length > config.threshold()) {
            BlobRef.of(array, from, length);
        }
    }

    private <T> T travelling(String what, Supplier<T> encode) {
        try {
            return encode.get();
        } catch (CannotTravelException e) {
            throw refused(what, e);
        }
    }

    private static SlicesWriter added(SlicesWriter writer, @Nullable Object value) {
        writer.add(value);
        return writer;
    }

    PoolException refused(String what, CannotTravelException e) {
        if (e.isTooLarge()) {
            return new PayloadTooLargeException(Messages.tooLarge(what, maxSize));
        }
        String message = what.isEmpty() ? e.getMessage() : what + ": " + e.getMessage();
        return new NotPortableException(message, e);
    }

    /** A collector for the outcomes of that work, for an actor that asked for it by message. */
    public <R> Results<R> results(String pool, Collection<?> xs) {
        return new Results<>(this, pool, "call", xs.size(), new ArrayList<>(xs)::get);
    }

    /**
     * The same for what goes to every worker, and for what has no results: one for each worker, by id.
     *
     * @param verb what the caller calls it, such as {@code evalq}; stands in messages
     */
    public <R> Results<R> results(String pool, String verb) {
        return new Results<>(this, pool, Check.given(verb, "verb"), 0, null);
    }

    // ---- on both sides

    /** What {@link #function} encoded; whoever gets it twice may get the same one. */
    @Nullable
    Object function(Contents parts, byte[] content) {
        return plain.made(content, () -> parts.decode(values, content));
    }

    /** Outcomes of a run of tasks, as they go back. */
    byte[] outcomes(Slices outcomes) {
        return ByteBuffer.allocate(Integer.BYTES + outcomes.types().length + outcomes.bytes().length)
                .putInt(outcomes.types().length)
                .put(outcomes.types())
                .put(outcomes.bytes())
                .array();
    }

    List<@Nullable Object> outcomes(byte[] bytes, int count) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] types = new byte[buffer.getInt()];
        buffer.get(types);
        return values.decoder(types).decode(bytes, buffer.position(), count);
    }

    /** What a failure to decode or make something means for the task that needed it. */
    static Failure unreadable(RuntimeException e) {
        if (e instanceof MalformedValueException) {
            return Failure.of(Failure.Kind.CLASS_MISSING, e.getCause() instanceof LambdaException cause ? cause : e);
        }
        return Failure.thrown(e);
    }

    /** Variables that go to the workers together. */
    Map<String, byte[]> export(Map<String, ?> variables) {
        Map<String, byte[]> encoded = new LinkedHashMap<>();
        long total = 0;
        for (Map.Entry<String, ?> variable : Check.identifiers(variables).entrySet()) {
            byte[] bytes = value(variable.getKey(), variable.getValue());
            encoded.put(variable.getKey(), bytes);
            total += Math.min(bytes.length, BlobRef.BYTES)
                    + 4L * variable.getKey().length();
        }
        if (total > config.maxMessageSize() / 2) {
            throw new PayloadTooLargeException(Messages.tooManyVariables(total, config.maxMessageSize() / 2));
        }
        return encoded;
    }
}
