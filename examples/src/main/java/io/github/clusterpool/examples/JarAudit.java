package io.github.clusterpool.examples;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.github.clusterpool.JobFailedException;
import io.github.clusterpool.JobOptions;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** Looks into every jar of a folder on worker JVMs, and for classes that several jars hold. */
public final class JarAudit {
    /** What a worker sends back: a record of JDK types travels as it is. */
    record Jar(Path file, String sha256, int version, List<String> classes) {}

    private JarAudit() {}

    /** Takes a folder, the local Maven repository by default. */
    public static void main(String[] args) throws IOException {
        Path folder = args.length > 0 ? Path.of(args[0]) : Path.of(System.getProperty("user.home"), ".m2/repository");
        List<Jar> jars = new ArrayList<>();
        JobOptions progress = JobOptions.onProgress(p -> System.err.printf("\r%d of %d jars", p.done(), p.total()));
        try (Stream<Path> tree = Files.walk(folder);
                Pool pool = Pool.open(PoolConfig.processes(4))) {
            List<Path> files =
                    tree.filter(file -> file.toString().endsWith(".jar")).toList();
            jars.addAll(pool.with(progress).lapply(files, JarAudit::audit).join());
        } catch (JobFailedException e) { // names the first jar that could not be read, and holds what the others gave
            System.out.println(e.getMessage());
            e.outcomes().stream().filter(Result::isSuccess).forEach(outcome -> jars.add((Jar) outcome.value()));
        }
        print(jars);
    }

    private static Jar audit(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        List<String> classes = new ArrayList<>();
        int highest = 0;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (var entry : zip.stream().toList()) {
                if (entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")) {
                    byte[] head = zip.getInputStream(entry).readNBytes(8); // CAFEBABE, minor version, major version
                    highest = Math.max(highest, head[7]);
                    classes.add(entry.getName());
                }
            }
        }
        return new Jar(file, HexFormat.of().formatHex(digest), highest, classes);
    }

    private static void print(List<Jar> jars) {
        System.out.printf("%nclasses version sha-256  jar%n");
        jars.sort(comparingLong(jar -> -jar.classes().size()));
        for (Jar jar : jars.subList(0, Math.min(10, jars.size()))) {
            System.out.printf("%7d %7d %.8s %s%n", jar.classes().size(), jar.version(), jar.sha256(), jar.file());
        }
        Map<String, Long> holders =
                jars.stream().flatMap(jar -> jar.classes().stream()).collect(groupingBy(name -> name, counting()));
        long classes = holders.values().stream().mapToLong(count -> count).sum();
        holders.values().removeIf(count -> count == 1);
        System.out.printf("%d jars, %d classes, %d in several jars%n", jars.size(), classes, holders.size());
        holders.entrySet().stream()
                .sorted(comparingLong(holder -> -holder.getValue()))
                .limit(5)
                .forEach(holder -> System.out.println(holder.getValue() + " times " + holder.getKey()));
    }
}
