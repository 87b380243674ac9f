package io.github.clusterpool;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One pool's classes on one node: a class loader, and what decodes with it, for each generation. All but the newest are
 * only known as long as something of them is in use.
 */
final class Generations {
    private final PoolConfig config;
    private final Supplier<ClassLoader> loaders;
    private final Map<Long, WeakReference<Codec>> codecs = new HashMap<>();

    @SuppressWarnings("UnusedVariable") // so that it is kept while nothing uses it
    private @Nullable Codec newest;

    private long newestNumber = Long.MIN_VALUE;

    /** {@code loaders} makes that of a generation that begins, or gives the same for all. */
    Generations(PoolConfig config, Supplier<ClassLoader> loaders) {
        this.config = config;
        this.loaders = loaders;
    }

    Codec codec(long generation) {
        WeakReference<Codec> known = codecs.get(generation);
        Codec codec = known == null ? null : known.get();
        if (codec == null) {
            codec = new Codec(config, loaders.get());
            codecs.values().removeIf(each -> each.refersTo(null));
            codecs.put(generation, new WeakReference<>(codec));
        }
        if (generation >= newestNumber) {
            newestNumber = generation;
            newest = codec;
        }
        return codec;
    }
}
