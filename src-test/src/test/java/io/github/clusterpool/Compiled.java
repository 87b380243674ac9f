package io.github.clusterpool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes of package {@code demo}, compiled in memory, that no class path has. */
public record Compiled(Map<String, byte[]> files) {
    private static final String IMPORTS =
            "package demo; import io.github.clusterpool.*; import java.util.*; import java.util.stream.*;\n";

    /** Compiles top-level classes; each text declares one. */
    public static Compiled of(String... declarations) {
        var files = new HashMap<String, byte[]>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var errors = new ByteArrayOutputStream();
        var sources = new ArrayList<JavaFileObject>();
        for (String text : declarations) {
            String name = text.replaceFirst("(?s).*?\\b(class|record|enum|interface) (\\w+).*", "$2");
            sources.add(source(name, IMPORTS + text));
        }
        JavaFileManager memory = inMemory(compiler.getStandardFileManager(null, null, null), files);
        boolean ok = compiler.getTask(
                        new PrintWriter(errors, true, UTF_8),
                        memory,
                        null,
                        List.of("-cp", System.getProperty("java.class.path"), "-proc:none"),
                        null,
                        sources)
                .call();
        assertThat(ok).as(errors.toString(UTF_8)).isTrue();
        return new Compiled(files);
    }

    public Compiled with(String path, byte[] content) {
        var more = new HashMap<>(files);
        more.put(path, content);
        return new Compiled(more);
    }

    /** As if a text in the source had been another of the same length. */
    public Compiled withText(String text, String other) {
        var changed = new HashMap<>(files);
        changed.replaceAll((path, bytes) ->
                new String(bytes, ISO_8859_1).replace(text, other).getBytes(ISO_8859_1));
        return new Compiled(changed);
    }

    public Compiled without(String path) {
        var fewer = new HashMap<>(files);
        assertThat(fewer.remove(path)).isNotNull();
        return new Compiled(fewer);
    }

    /** A loader that has nothing but memory, and the caller's loader as its parent. */
    public ClassLoader loader() {
        return new Memory(files, Compiled.class.getClassLoader());
    }

    public Path writeTo(Path folder) throws IOException {
        for (var file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return folder;
    }

    /** What a static method without arguments gives. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the test knows
    public static <T> T call(ClassLoader loader, String type, String method) {
        try {
            var found = loader.loadClass("demo." + type).getDeclaredMethod(method);
            found.setAccessible(true);
            return (T) found.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("memory:///demo/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreErrors) {
                return text;
            }
        };
    }

    private static JavaFileManager inMemory(JavaFileManager standard, Map<String, byte[]> files) {
        return new ForwardingJavaFileManager<>(standard) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                String path = name.replace('.', '/') + ".class";
                return new SimpleJavaFileObject(URI.create("memory:///" + path), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return new ByteArrayOutputStream() {
                            @Override
                            public void close() {
                                files.put(path, toByteArray());
                            }
                        };
                    }
                };
            }
        };
    }

    private static final class Memory extends ClassLoader {
        private final Map<String, byte[]> files;

        Memory(Map<String, byte[]> files, ClassLoader parent) {
            super(parent);
            this.files = files;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = files.get(name.replace('.', '/') + ".class");
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        @SuppressWarnings("deprecation") // what replaces it is not there in Java 17
        protected URL findResource(String path) {
            byte[] bytes = files.get(path);
            try {
                return bytes == null ? null : new URL(null, "memory:" + path, handler(bytes));
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected Enumeration<URL> findResources(String path) {
            URL url = findResource(path);
            return Collections.enumeration(url == null ? List.of() : List.of(url));
        }

        private static URLStreamHandler handler(byte[] bytes) {
            return new URLStreamHandler() {
                @Override
                protected URLConnection openConnection(URL url) {
                    return new URLConnection(url) {
                        @Override
                        public void connect() {}

                        @Override
                        public InputStream getInputStream() {
                            return new ByteArrayInputStream(bytes);
                        }
                    };
                }
            };
        }
    }
}
