package io.github.clusterpool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes small jars and folders for class path tests. */
final class JarFixture {
    private JarFixture() {}

    static Path jar(Path file, String classPath, String... names) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        if (!classPath.isEmpty()) {
            manifest.getMainAttributes().put(Name.CLASS_PATH, classPath);
        }
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (var name : names) {
                jar.putNextEntry(new JarEntry(name));
                jar.write(name.getBytes(UTF_8));
            }
        }
        return file;
    }

    static Path folder(Path folder, String... names) throws IOException {
        Files.createDirectories(folder);
        for (var name : names) {
            var file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        return folder;
    }

    /** One jar of the contents of {@code folders}: what a build would make of them. */
    static Path packed(Path file, List<Path> folders) throws IOException {
        var names = new HashSet<String>();
        try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
            for (var folder : folders) {
                try (var walk = Files.walk(folder)) {
                    for (var each : walk.filter(Files::isRegularFile).toList()) {
                        var name = folder.relativize(each).toString().replace('\\', '/');
                        if (names.add(name)) {
                            jar.putNextEntry(new JarEntry(name));
                            Files.copy(each, jar);
                        }
                    }
                }
            }
        }
        return file;
    }
}
