package io.github.clusterpool.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Jars that a node gets as a whole; they are files here, as libraries may expect of jars. */
final class ShippedJars {
    private ShippedJars() {}

    /** The node's class path and then the jars; just the former if there are none. Lives as long as the node. */
    static ClassLoader loader(ClassLoader own, ClassSource source) {
        List<URL> urls = new ArrayList<>();
        try {
            for (ShippedFile jar : source.find(ClassSource.JARS, "", 0)) {
                Path file = Files.createTempFile("clusterpool-", "-" + jar.path());
                file.toFile().deleteOnExit();
                Files.write(file, source.fetch(List.of(jar)));
                urls.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the pool's jars could not be kept here", e);
        }
        return urls.isEmpty() ? own : new URLClassLoader("clusterpool-jars", urls.toArray(URL[]::new), own);
    }
}
