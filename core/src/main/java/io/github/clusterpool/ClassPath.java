package io.github.clusterpool;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** A worker JVM's class path: absolute, existing entries in the driver's order, manifests' class paths written out. */
record ClassPath(List<Path> entries) {
    ClassPath {
        entries = List.copyOf(entries);
    }

    /** A class of each jar that a worker JVM cannot do without; those that are not there are not needed. */
    private static final List<String> LIBRARY = List.of(
            ClassPath.class.getName(),
            "org.apache.pekko.actor.typed.ActorSystem",
            "org.apache.pekko.actor.ActorSystem",
            "org.apache.pekko.stream.Materializer",
            "org.apache.pekko.event.slf4j.Slf4jLogger",
            "com.typesafe.config.Config",
            "com.typesafe.sslconfig.ssl.SSLConfigSettings",
            "org.reactivestreams.Publisher",
            "scala.Option",
            "org.slf4j.Logger",
            "com.fasterxml.jackson.core.JsonFactory",
            "com.fasterxml.jackson.dataformat.cbor.CBORFactory",
            "org.apache.commons.jexl3.JexlEngine",
            "org.apache.commons.logging.LogFactory",
            "org.jspecify.annotations.Nullable");

    /** With this library, also where this JVM has got it otherwise, as in JShell. */
    static ClassPath ofDriver() {
        ClassPath all =
                of(System.getProperty("java.class.path", ""), Path.of("").toAbsolutePath());
        ClassPath library = ofLibrary();
        if (all.entries().contains(library.entries().get(0))) {
            return all;
        }
        List<Path> both = new ArrayList<>(library.entries());
        both.addAll(all.entries());
        return new ClassPath(both);
    }

    /** Nothing but this library and what it needs, this library first. */
    static ClassPath ofLibrary() {
        Set<Path> entries = new LinkedHashSet<>();
        for (String name : LIBRARY) {
            try {
                Class<?> type = Class.forName(name, false, ClassPath.class.getClassLoader());
                URL location = type.getProtectionDomain().getCodeSource().getLocation();
                entries.add(Path.of(location.toURI()));
            } catch (ClassNotFoundException | LinkageError | URISyntaxException e) {
                // that part of it is not there
            }
        }
        return new ClassPath(List.copyOf(entries));
    }

    /** Reads {@code text} as the JVM does: an empty entry is the working folder, a missing one counts for nothing. */
    static ClassPath of(String text, Path workingFolder) {
        Set<Path> found = new LinkedHashSet<>();
        for (var entry : text.split(File.pathSeparator, -1)) {
            add(workingFolder.resolve(entry).normalize(), found, new HashSet<>());
        }
        return new ClassPath(List.copyOf(found));
    }

    /** A jar that is nothing but a class path (surefire, IDEs) is left out: it has a new name on every run. */
    private static void add(Path entry, Set<Path> found, Set<Path> seen) {
        if (!seen.add(entry) || !Files.exists(entry)) {
            return;
        }
        if (Files.isDirectory(entry)) {
            found.add(entry);
            return;
        }
        try (var jar = new JarFile(entry.toFile(), false)) {
            var further = manifestClassPath(jar);
            if (further.isEmpty() || holdsMore(jar)) {
                found.add(entry);
            }
            for (var uri : further) {
                add(resolve(entry, uri), found, seen);
            }
        } catch (IOException | IllegalArgumentException notReadable) {
            found.add(entry);
        }
    }

    private static List<String> manifestClassPath(JarFile jar) throws IOException {
        var manifest = jar.getManifest();
        var text = manifest == null ? null : manifest.getMainAttributes().getValue(Name.CLASS_PATH);
        return text == null || text.isBlank()
                ? List.of()
                : Arrays.asList(text.strip().split(" +"));
    }

    private static boolean holdsMore(JarFile jar) {
        return jar.stream()
                .anyMatch(entry -> !entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME));
    }

    private static Path resolve(Path jar, String relative) {
        return Path.of(jar.toUri().resolve(URI.create(relative))).normalize();
    }

    List<Path> jars() {
        return entries.stream().filter(entry -> !Files.isDirectory(entry)).toList();
    }

    boolean jarHolds(String className) throws IOException {
        for (var path : jars()) {
            try (var jar = new JarFile(path.toFile(), false)) {
                if (jar.getEntry(className.replace('.', '/') + ".class") != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The jars first, then the directories, or empty if that could change which class or resource is found.
     *
     * <p>The JVM archives classes of jars only, and only if no directory comes before them.
     */
    Optional<ClassPath> jarsFirst() throws IOException {
        for (int i = 0; i < entries.size(); i++) {
            var later = entries.subList(i + 1, entries.size()).stream()
                    .filter(Files::isRegularFile)
                    .toList();
            if (Files.isDirectory(entries.get(i)) && !later.isEmpty() && shadows(entries.get(i), later)) {
                return Optional.empty();
            }
        }
        var moved = new ArrayList<>(jars());
        entries.stream().filter(Files::isDirectory).forEach(moved::add);
        return Optional.of(new ClassPath(moved));
    }

    private static boolean shadows(Path directory, List<Path> jars) throws IOException {
        var names = names(directory);
        if (names.isEmpty()) {
            return false;
        }
        for (var path : jars) {
            try (var jar = new JarFile(path.toFile(), false)) {
                if (names.stream().anyMatch(name -> jar.getEntry(name) != null)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Set<String> names(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(ClassPath::isLookedUp)
                    .collect(Collectors.toSet());
        }
    }

    /** Services count: of several providers many libraries take the first. */
    private static boolean isLookedUp(String name) {
        var inMetaInf = name.startsWith("META-INF/") && !name.startsWith("META-INF/services/");
        return !inMetaInf && !name.equals("module-info.class");
    }

    @Override
    public String toString() {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
