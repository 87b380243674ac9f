package io.github.clusterpool.code;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps of classes from one generation to the next: bytes by their digest, so that nothing travels twice, and
 * the digests of its own class path. Thread-safe.
 */
public final class ClassCache {
    private static final String NONE = "";

    private final ClassLoader own;
    private final ClassSource source;
    private final long mostBytes;
    private @Nullable ClassLoader ownWithJars; // guarded by ownDigests
    private final Map<String, byte[]> bytes = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
    private final Map<String, String> ownDigests = new ConcurrentHashMap<>();
    private long size;

    /**
     * Creates an empty cache.
     *
     * @param own the node's own loader, whose class path does not change
     * @param source what to ask for the rest
     * @param mostBytes of what came from the driver; what was not used for longest goes first
     */
    public ClassCache(ClassLoader own, ClassSource source, long mostBytes) {
        this.own = own;
        this.source = source;
        this.mostBytes = mostBytes;
    }

    /** The node's class path without the pool's jars, which may not be here yet. */
    ClassLoader ownWithoutJars() {
        return own;
    }

    /** The node's class path and the pool's jars, which come now if they have not; not for an actor's thread. */
    ClassLoader own() {
        synchronized (ownDigests) {
            ClassLoader known = ownWithJars;
            if (known == null) {
                known = ShippedJars.loader(own, source);
                ownWithJars = known;
            }
            return known;
        }
    }

    ClassSource source() {
        return source;
    }

    /** The digest of that file on the node's own class path; empty if it is not there. */
    String ownDigest(String path) {
        return ownDigests.computeIfAbsent(path, this::readOwnDigest);
    }

    private String readOwnDigest(String path) {
        try (var in = own().getResourceAsStream(path)) {
            return in == null ? NONE : Sha256.hex(in.readAllBytes());
        } catch (IOException e) {
            return NONE;
        }
    }

    /** The bytes of one file, from here or there. */
    byte[] get(ShippedFile file) {
        byte[] known = find(file.digest());
        return known != null ? known : fetch(List.of(file)).get(0);
    }

    /** Gets what is not here yet, all at once. */
    void fetchMissing(List<ShippedFile> files) {
        List<ShippedFile> missing =
                files.stream().filter(file -> find(file.digest()) == null).toList();
        if (!missing.isEmpty()) {
            fetch(missing);
        }
    }

    private List<byte[]> fetch(List<ShippedFile> files) {
        byte[] all = source.fetch(files);
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (ShippedFile file : files) {
            byte[] part = Arrays.copyOfRange(all, from, from + file.size());
            from += file.size();
            if (!Sha256.hex(part).equals(file.digest())) {
                throw new IllegalStateException(file.path() + " must arrive as it was announced, got other bytes");
            }
            parts.add(part);
            put(file.digest(), part);
        }
        return parts;
    }

    private synchronized byte @Nullable [] find(String digest) {
        return bytes.get(digest);
    }

    private synchronized void put(String digest, byte[] file) {
        if (bytes.put(digest, file) == null) {
            size += file.length;
        }
        var oldest = bytes.values().iterator();
        while (size > mostBytes && bytes.size() > 1) {
            size -= oldest.next().length;
            oldest.remove();
        }
    }
}
