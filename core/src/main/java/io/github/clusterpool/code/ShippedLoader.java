package io.github.clusterpool.code;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one pool's generation on one node, as the driver has them. All but the JDK's and the library's own are
 * the driver's business; where the node's own class path has the very same bytes, its class is used and nothing travels.
 *
 * <p>The driver's answers hold for the life of this loader, also that it lacks a class.
 */
public final class ShippedLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    private final ClassCache cache;
    private final Map<String, Optional<ShippedFile>> known = new ConcurrentHashMap<>();

    /** Of classes that the node lacks: in one package all classes must come from one loader to see each other. */
    private final Set<String> shippedPackages = ConcurrentHashMap.newKeySet();

    /** The node has another build of some class, so that none of its own can be trusted to fit the driver's. */
    private volatile boolean ownIsOtherBuild;

    private volatile long lastOrigin;

    /** A loader without any class; nothing is asked before it is needed. */
    public ShippedLoader(ClassCache cache) {
        super("clusterpool", cache.ownWithoutJars());
        this.cache = cache;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        return load(name, "");
    }

    /** The class of that build; any if {@code digest} is empty, or if another one was loaded before. */
    Class<?> load(String name, String digest) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            Class<?> nodes = ownClass(name);
            return nodes != null ? nodes : driversClass(name, digest);
        }
    }

    /** Of a class that this loader defined, else null. */
    static @Nullable String digestOf(Class<?> type) {
        if (!(type.getClassLoader() instanceof ShippedLoader loader)) {
            return null;
        }
        Optional<ShippedFile> file = loader.known.get(OwnCode.path(type.getName()));
        return file == null ? null : file.map(ShippedFile::digest).orElse(null);
    }

    private @Nullable Class<?> ownClass(String name) throws ClassNotFoundException {
        if (OwnCode.isOwn(name, cache.ownWithoutJars())) {
            return cache.ownWithoutJars().loadClass(name);
        }
        if (PLATFORM.getResource(OwnCode.path(name)) == null) {
            return null;
        }
        return PLATFORM.loadClass(name);
    }

    private Class<?> driversClass(String name, String digest) throws ClassNotFoundException {
        String path = OwnCode.path(name);
        if (!digest.isEmpty() && cache.ownDigest(path).equals(digest) && mayUseOwn(path)) {
            return cache.own().loadClass(name);
        }
        ShippedFile file = find(path, digest);
        if (file == null || isOwn(file)) {
            return ownOrMissing(name, file);
        }
        byte[] bytes = cache.get(file);
        ClassFile.requireRunnable(name, bytes);
        return defineClass(name, bytes, 0, bytes.length);
    }

    private Class<?> ownOrMissing(String name, @Nullable ShippedFile file) throws ClassNotFoundException {
        try {
            return cache.own().loadClass(name);
        } catch (ClassNotFoundException e) {
            throw file != null ? e : new ClassNotFoundException(name + ", which neither the driver nor this node has");
        }
    }

    private @Nullable ShippedFile find(String path, String digest) {
        Optional<ShippedFile> before = known.get(path);
        return before != null ? before.orElse(null) : ask(path, digest);
    }

    /** One at a time, as answers overlap. What comes along is compared at once: what was asked for is about to use it. */
    private @Nullable ShippedFile ask(String path, String digest) {
        synchronized (known) {
            Optional<ShippedFile> meanwhile = known.get(path);
            return meanwhile != null ? meanwhile.orElse(null) : askAlone(path, digest);
        }
    }

    private @Nullable ShippedFile askAlone(String path, String digest) {
        List<ShippedFile> answer = cache.source().find(path, digest, lastOrigin);
        if (answer.isEmpty()) {
            known.putIfAbsent(path, Optional.empty());
            return null;
        }
        lastOrigin = answer.get(0).origin();
        answer.forEach(this::compare);
        answer.forEach(file -> known.putIfAbsent(file.path(), Optional.of(file)));
        cache.fetchMissing(answer.stream().filter(file -> !isOwn(file)).toList());
        return answer.get(0);
    }

    private void compare(ShippedFile file) {
        String own = cache.ownDigest(file.path());
        if (own.isEmpty()) {
            shippedPackages.add(packageOf(file.path()));
        } else if (!own.equals(file.digest())) {
            ownIsOtherBuild = true;
        }
    }

    private boolean isOwn(ShippedFile file) {
        return cache.ownDigest(file.path()).equals(file.digest()) && mayUseOwn(file.path());
    }

    private boolean mayUseOwn(String path) {
        return !ownIsOtherBuild && !shippedPackages.contains(packageOf(path));
    }

    private static String packageOf(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    // ---- resources

    @Override
    public @Nullable URL getResource(String path) {
        URL drivers = findResource(path);
        return drivers != null ? drivers : cache.own().getResource(path);
    }

    @Override
    public Enumeration<URL> getResources(String path) throws IOException {
        List<URL> all = new ArrayList<>();
        URL drivers = findResource(path);
        if (drivers != null) {
            all.add(drivers);
        }
        all.addAll(Collections.list(cache.own().getResources(path)));
        return Collections.enumeration(all);
    }

    /** Null also for what the node has itself. */
    @Override
    protected @Nullable URL findResource(String path) {
        if (path.endsWith("/") || PLATFORM.getResource(path) != null) {
            return null;
        }
        ShippedFile file = find(path, "");
        return file == null || cache.ownDigest(path).equals(file.digest()) ? null : url(file);
    }

    @Override
    protected Enumeration<URL> findResources(String path) {
        return Collections.emptyEnumeration(); // getResources has it
    }

    @SuppressWarnings("deprecation") // what replaces it is not there in Java 17
    private URL url(ShippedFile file) {
        try {
            return new URL(null, "clusterpool:" + file.path(), new Bytes(cache.get(file)));
        } catch (MalformedURLException e) {
            throw new AssertionError("a given handler needs no known protocol", e);
        }
    }

    /** Opens what is in memory. */
    private static final class Bytes extends URLStreamHandler {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(bytes);
                }

                @Override
                public long getContentLengthLong() {
                    return bytes.length;
                }
            };
        }
    }
}
