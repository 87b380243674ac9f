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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
    private final Map<String, List<ShippedFile>> known =
            new ConcurrentHashMap<>(); // by path; empty: the driver has none

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
        List<ShippedFile> files = loader.known.getOrDefault(OwnCode.path(type.getName()), List.of());
        return files.isEmpty() ? null : files.get(0).digest();
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
        List<ShippedFile> files = find(path, digest);
        if (files.isEmpty() || isOwn(files.get(0))) {
            return ownOrMissing(name, !files.isEmpty());
        }
        ShippedFile file = files.get(0);
        byte[] bytes = cache.get(file);
        ClassFile.requireRunnable(name, bytes);
        return defineClass(name, bytes, 0, bytes.length);
    }

    private Class<?> ownOrMissing(String name, boolean driverHasIt) throws ClassNotFoundException {
        try {
            return cache.own().loadClass(name);
        } catch (ClassNotFoundException e) {
            throw driverHasIt ? e : new ClassNotFoundException(name + ", which neither the driver nor this node has");
        }
    }

    private List<ShippedFile> find(String path, String digest) {
        List<ShippedFile> before = known.get(path);
        return before != null ? before : ask(path, digest);
    }

    /**
     * One at a time, as answers overlap. What comes along is compared at once: what was asked for is about to use it. Known
     * is what has been fetched, so that nobody fetches it beside.
     */
    private List<ShippedFile> ask(String path, String digest) {
        synchronized (known) {
            List<ShippedFile> meanwhile = known.get(path);
            return meanwhile != null ? meanwhile : askAlone(path, digest);
        }
    }

    private List<ShippedFile> askAlone(String path, String digest) {
        List<ShippedFile> answer = cache.source().find(path, digest, lastOrigin);
        if (answer.isEmpty()) {
            known.putIfAbsent(path, List.of());
            return List.of();
        }
        lastOrigin = answer.get(0).origin();
        Map<String, List<ShippedFile>> byPath = answer.stream().collect(Collectors.groupingBy(ShippedFile::path));
        if (OwnCode.isClass(path)) {
            answer.forEach(this::compare);
            cache.fetchMissing(answer.stream().filter(file -> !isOwn(file)).toList());
        } // the bytes of others are fetched as they are opened
        byPath.forEach(known::putIfAbsent);
        return byPath.getOrDefault(path, List.of());
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

    /** The driver's, in its order, then what only the node has; what both have is read here. */
    @Override
    public Enumeration<URL> getResources(String path) throws IOException {
        List<ShippedFile> drivers = driversResources(path);
        if (drivers.isEmpty()) {
            return cache.own().getResources(path);
        }
        Map<String, URL> own = ownByDigest(path);
        cache.fetchMissing(
                drivers.stream().filter(file -> !own.containsKey(file.digest())).toList());
        List<URL> all = new ArrayList<>();
        for (ShippedFile file : drivers) {
            URL ours = own.remove(file.digest());
            all.add(ours != null ? ours : url(file));
        }
        all.addAll(own.values());
        return Collections.enumeration(all);
    }

    private Map<String, URL> ownByDigest(String path) throws IOException {
        Map<String, URL> own = new LinkedHashMap<>();
        for (URL url : Collections.list(cache.own().getResources(path))) {
            own.putIfAbsent(Sha256.hex(FoundFile.read(url)), url);
        }
        return own;
    }

    private List<ShippedFile> driversResources(String path) {
        return path.endsWith("/") || PLATFORM.getResource(path) != null ? List.of() : find(path, "");
    }

    /** Null also for what the node has itself. */
    @Override
    protected @Nullable URL findResource(String path) {
        List<ShippedFile> drivers = driversResources(path);
        boolean isDrivers = !drivers.isEmpty()
                && !cache.ownDigest(path).equals(drivers.get(0).digest());
        return isDrivers ? url(drivers.get(0)) : null;
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
