package io.github.clusterpool.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The class loaders that a driver's functions and values came from, and the classes that nodes may get from them.
 * Thread-safe.
 *
 * <p>A loader that was used is kept until {@link #nextGeneration}; after that it is found for as long as somebody else
 * keeps it.
 */
public final class ClassOrigins {
    private static final int MOST_COMING_ALONG = 64;
    private static final int MOST_BYTES_COMING_ALONG = 256 * 1024;

    /** One class loader, and what was found there. */
    private static final class Origin {
        final long id;
        final WeakReference<ClassLoader> loader;
        final Map<String, List<Located>> located = new HashMap<>();

        Origin(long id, ClassLoader loader) {
            this.id = id;
            this.loader = new WeakReference<>(loader);
        }
    }

    /** A file of an origin. */
    private record Located(ShippedFile file, String url, List<String> names) {}

    /** What was sent. */
    public record Sent(String path, String digest, String origin, long size) {}

    private final ClassLoader base;
    private final List<Path> jars;
    private final Map<String, Path> jarsByDigest = new LinkedHashMap<>();
    private final Deque<Origin> origins = new ArrayDeque<>(); // the one used last is the first
    private final Map<String, Located> byDigest = new HashMap<>();
    private final Map<String, Sent> sent = new LinkedHashMap<>();
    private Set<ClassLoader> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private OriginLoader loader;
    private long lastId;

    /**
     * Begins with no loader used.
     *
     * @param base where classes are looked up that no function or value has led to
     * @param jars that every node shall have
     */
    public ClassOrigins(ClassLoader base, List<Path> jars) {
        this.base = base;
        this.jars = jars;
        this.loader = new OriginLoader(base, this);
    }

    /** What is about to travel has a class of that loader. */
    public synchronized void note(@Nullable ClassLoader used) {
        if (used == null || used == ClassLoader.getPlatformClassLoader() || isFirst(used)) {
            return;
        }
        kept.add(used);
        Origin origin = null;
        for (Origin each : origins) {
            origin = each.loader.refersTo(used) ? each : origin;
        }
        if (origin == null) {
            origin = new Origin(++lastId, used);
        } else {
            origins.remove(origin);
        }
        origins.addFirst(origin);
        origins.removeIf(each -> each.loader.refersTo(null));
    }

    /**
     * The same for a function.
     *
     * @throws LambdaException if a class of that loader is another one than nodes have been told of
     */
    public synchronized void noteFunction(@Nullable ClassLoader used) {
        note(used);
        for (Origin origin : origins) {
            if (used != null && origin.loader.refersTo(used)) {
                origin.located.forEach((path, told) -> requireUnchanged(used, path, told));
            }
        }
    }

    private static void requireUnchanged(ClassLoader where, String path, List<Located> told) {
        if (!ReplVariables.isOfRepl(path)) {
            return;
        }
        try {
            List<FoundFile> now = FoundFile.in(where, path);
            if (!now.isEmpty() && !now.get(0).digest().equals(told.get(0).file().digest())) {
                throw new LambdaException.Redefined(path.replace('/', '.').replace(".class", ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a class of the session must be readable, got " + e, e);
        }
    }

    private boolean isFirst(ClassLoader used) {
        Origin first = origins.peekFirst();
        return first != null && first.loader.refersTo(used) && kept.contains(used);
    }

    /** What this JVM decodes with: finds the classes of all loaders that were used, the last one's first. */
    public synchronized ClassLoader loader() {
        return loader;
    }

    /**
     * Forgets what was sent, and keeps no loader alive any more.
     *
     * @return what keeps them alive, for those who still need them
     */
    public synchronized Object nextGeneration() {
        Object before = kept;
        kept = Collections.newSetFromMap(new IdentityHashMap<>());
        loader = new OriginLoader(base, this);
        origins.removeIf(each -> each.loader.refersTo(null));
        Set<Long> alive = new HashSet<>();
        origins.forEach(origin -> alive.add(origin.id));
        origins.forEach(origin -> origin.located.keySet().removeIf(ReplVariables::isOfRepl));
        byDigest.values().removeIf(located -> !alive.contains(located.file().origin()));
        sent.clear();
        return before;
    }

    /** What has been sent in this generation, in order. */
    public synchronized List<Sent> sent() {
        return List.copyOf(sent.values());
    }

    /** All that are still there, the one used last first; the base comes last. */
    synchronized List<ClassLoader> loaders() {
        List<ClassLoader> loaders = new ArrayList<>();
        for (Origin origin : origins) {
            ClassLoader each = origin.loader.get();
            if (each != null) {
                loaders.add(each);
            }
        }
        loaders.add(base);
        return loaders;
    }

    // ---- what nodes ask

    /** As {@link ClassSource#find} has it. */
    public synchronized List<ShippedFile> find(String path, String digest, long first) {
        if (path.equals(ClassSource.JARS)) {
            return findJars();
        }
        if (origins.stream().noneMatch(origin -> origin.loader.refersTo(base))) {
            origins.addLast(new Origin(++lastId, base));
        }
        List<Origin> order = new ArrayList<>(origins);
        order.sort((a, b) -> Boolean.compare(b.id == first, a.id == first));
        return OwnCode.isClass(path) ? findClass(order, path, digest) : findResources(order, path);
    }

    private List<ShippedFile> findClass(List<Origin> order, String path, String digest) {
        for (Origin origin : order) {
            for (Located located : locate(origin, path)) {
                if (digest.isEmpty() || digest.equals(located.file().digest())) {
                    return withNamed(origin, located);
                }
            }
        }
        return List.of();
    }

    private List<ShippedFile> findResources(List<Origin> order, String path) {
        Map<String, ShippedFile> found = new LinkedHashMap<>();
        for (Origin origin : order) {
            for (Located located : locate(origin, path)) {
                found.putIfAbsent(located.file().digest(), located.file());
            }
        }
        return List.copyOf(found.values());
    }

    private List<ShippedFile> findJars() {
        List<ShippedFile> found = new ArrayList<>();
        for (Path jar : jars) {
            try {
                byte[] bytes = Files.readAllBytes(jar);
                String digest = Sha256.hex(bytes);
                jarsByDigest.put(digest, jar);
                found.add(new ShippedFile(String.valueOf(jar.getFileName()), digest, bytes.length, 0));
            } catch (IOException e) {
                throw new UncheckedIOException("a jar of the pool must be readable, got " + e, e);
            }
        }
        return found;
    }

    private List<ShippedFile> withNamed(Origin origin, Located asked) {
        List<ShippedFile> files = new ArrayList<>(List.of(asked.file()));
        Set<String> seen = new HashSet<>(Set.of(asked.file().path()));
        Deque<String> names = new ArrayDeque<>(asked.names());
        int bytes = 0;
        while (!names.isEmpty() && files.size() < MOST_COMING_ALONG) {
            String name = names.remove();
            List<Located> located = seen.add(name) && mayTravel(name) ? locate(origin, name) : List.of();
            for (Located each : located) {
                if (bytes + each.file().size() <= MOST_BYTES_COMING_ALONG) {
                    bytes += each.file().size();
                    files.add(each.file());
                    names.addAll(each.names());
                }
            }
        }
        return files;
    }

    private boolean mayTravel(String path) {
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        return !OwnCode.isOwn(name, base)
                && ClassLoader.getPlatformClassLoader().getResource(path) == null;
    }

    private List<Located> locate(Origin origin, String path) {
        List<Located> known = origin.located.get(path);
        ClassLoader where = origin.loader.get();
        if (known != null || where == null) {
            return known == null ? List.of() : known;
        }
        List<Located> all = new ArrayList<>();
        try {
            for (FoundFile found : FoundFile.in(where, path)) {
                all.add(located(origin, where, path, found));
            }
        } catch (IOException e) {
            return List.of();
        }
        if (!all.isEmpty()) {
            origin.located.put(path, all);
            all.forEach(each -> byDigest.put(each.file().digest(), each));
        }
        return all;
    }

    private static Located located(Origin origin, ClassLoader where, String path, FoundFile found) {
        ShippedFile file = new ShippedFile(path, found.digest(), found.bytes().length, origin.id);
        List<String> names = OwnCode.isClass(path) ? ClassFile.namedBy(found.bytes()) : List.of();
        return new Located(file, String.valueOf(found.url() == null ? where : found.url()), names);
    }

    /**
     * Returns the bytes of a file that was found.
     *
     * @throws IOException if it is not there any more, or another one by now
     */
    public synchronized byte[] bytes(String digest) throws IOException {
        if (jarsByDigest.containsKey(digest)) {
            return Files.readAllBytes(jarsByDigest.get(digest));
        }
        Located located = byDigest.get(digest);
        ClassLoader where = located == null ? null : origin(located.file().origin());
        if (located != null && where != null) {
            for (FoundFile found : FoundFile.in(where, located.file().path())) {
                if (found.digest().equals(digest)) {
                    return found.bytes();
                }
            }
        }
        throw new IOException("what nodes were told of is not there any more");
    }

    /** A file that was found is about to be sent. */
    public synchronized void sent(String digest) {
        Path jar = jarsByDigest.get(digest);
        Located located = byDigest.get(digest);
        if (jar != null) {
            String name = String.valueOf(jar.getFileName());
            sent.putIfAbsent(
                    digest,
                    new Sent(name, digest, jar.toUri().toString(), jar.toFile().length()));
        } else if (located != null) {
            ShippedFile file = located.file();
            sent.putIfAbsent(digest + file.path(), new Sent(file.path(), digest, located.url(), file.size()));
        }
    }

    private @Nullable ClassLoader origin(long id) {
        for (Origin origin : origins) {
            if (origin.id == id) {
                return origin.loader.get();
            }
        }
        return null;
    }
}
