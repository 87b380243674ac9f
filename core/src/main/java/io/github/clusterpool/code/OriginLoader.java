package io.github.clusterpool.code;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The driver's own view of {@link ClassOrigins}: the very classes that functions and values have there. */
final class OriginLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final ClassOrigins origins;

    OriginLoader(ClassLoader base, ClassOrigins origins) {
        super("clusterpool-driver", base);
        this.origins = origins;
    }

    /** All classes of that name, whichever build. */
    List<Class<?>> all(String name) {
        Set<Class<?>> found = new LinkedHashSet<>();
        for (ClassLoader loader : origins.loaders()) {
            try {
                found.add(Class.forName(name, false, loader));
            } catch (ClassNotFoundException e) {
                // not here
            }
        }
        return List.copyOf(found);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("java.")) {
            for (ClassLoader loader : origins.loaders()) {
                try {
                    return loader.loadClass(name);
                } catch (ClassNotFoundException e) {
                    // the next one may have it
                }
            }
        }
        return super.loadClass(name, resolve);
    }

    @Override
    protected @Nullable URL findResource(String path) {
        for (ClassLoader loader : origins.loaders()) {
            URL url = loader.getResource(path);
            if (url != null) {
                return url;
            }
        }
        return null;
    }

    /** Of all loaders, each once: most of them have the same parent. */
    @Override
    public Enumeration<URL> getResources(String path) throws IOException {
        Map<String, URL> all = new LinkedHashMap<>();
        for (ClassLoader loader : origins.loaders()) {
            Collections.list(loader.getResources(path)).forEach(url -> all.putIfAbsent(url.toString(), url));
        }
        return Collections.enumeration(all.values());
    }
}
