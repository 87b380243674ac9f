package io.github.clusterpool.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Jars that a node gets as a whole; they are files here, as libraries may expect of jars. */
final class ShippedJars {
    private ShippedJars() {}

    /** The node's class path and then the jars; just the former if there are none. The files go with the loader. */
    static ClassLoader loader(ClassLoader own, ClassSource source) {
        List<ShippedFile> jars = source.find(ClassSource.JARS, "", 0);
        if (jars.isEmpty()) {
            return own;
        }
        try {
            return loader(own, jars, source, TemporaryFolder.create("clusterpool-jars-"));
        } catch (IOException e) {
            throw new UncheckedIOException("the pool's jars could not be kept here", e);
        }
    }

    private static ClassLoader loader(
            ClassLoader own, List<ShippedFile> jars, ClassSource source, TemporaryFolder folder) throws IOException {
        try {
            List<URL> urls = new ArrayList<>();
            for (ShippedFile jar : jars) {
                String name = urls.size() + "-" + Path.of(jar.path()).getFileName(); // two may have the same
                Path file = Files.write(folder.path().resolve(name), bytes(jar, source), StandardOpenOption.CREATE_NEW);
                urls.add(file.toUri().toURL());
            }
            ClassLoader loader = new URLClassLoader("clusterpool-jars", urls.toArray(URL[]::new), own);
            folder.goWith(loader);
            return loader;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static byte[] bytes(ShippedFile jar, ClassSource source) {
        byte[] bytes = source.fetch(List.of(jar));
        if (!Sha256.hex(bytes).equals(jar.digest())) {
            throw new IllegalStateException(jar.path() + " must arrive as it was announced, got other bytes");
        }
        return bytes;
    }
}
