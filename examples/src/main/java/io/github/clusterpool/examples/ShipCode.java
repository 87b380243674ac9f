package io.github.clusterpool.examples;

import io.github.clusterpool.Fn;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.ShippedClass;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import picocli.CommandLine.Help.Ansi;

/** Worker JVMs with nothing but clusterpool: classes made at run time and a library reach them as they are needed. */
public final class ShipCode {
    private static final String SOURCE = """
            package demo;

            public class Price {
                public static io.github.clusterpool.Fn<Integer, Integer> withTax() {
                    return net -> net + net * TAX / 100;
                }
            }
            """;

    private ShipCode() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws Exception {
        try (Pool pool = Pool.open(PoolConfig.processes(2).isolated())) {
            for (int percent : List.of(7, 19)) {
                pool.init(2); // from one build of a class to the next
                System.out.println(percent + " %     " + prices(pool, percent));
            }
            List<String> marked = List.of("@|bold one|@", "@|red two|@");
            System.out.println("library "
                    + pool.lapply(marked, text -> Ansi.OFF.string(text)).join());
            for (ShippedClass shipped : pool.code()) {
                if (!shipped.name().startsWith("picocli.")) {
                    System.out.printf("shipped %s, %d bytes%n", shipped.name(), shipped.size());
                }
            }
        }
    }

    private static List<Integer> prices(Pool pool, int percent) throws Exception {
        Path folder = compiled(SOURCE.replace("TAX", "" + percent));
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            @SuppressWarnings("unchecked")
            Fn<Integer, Integer> withTax = (Fn<Integer, Integer>)
                    loader.loadClass("demo.Price").getMethod("withTax").invoke(null);
            return pool.lapply(List.of(100, 200), withTax).join();
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static Path compiled(String source) throws IOException {
        Path folder = Files.createTempDirectory("ship-code");
        Path file = Files.writeString(folder.resolve("Price.java"), source);
        String classPath = System.getProperty("java.class.path");
        ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classPath, "-d", folder.toString(), file.toString());
        return folder;
    }
}
