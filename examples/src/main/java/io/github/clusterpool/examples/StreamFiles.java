package io.github.clusterpool.examples;

import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Digests files from a source without end on worker JVMs, and shows that the driver's memory does not grow. */
public final class StreamFiles {
    private static final int FILES = 50;

    private StreamFiles() {}

    /** Takes how many results to take of the endless many, 200,000 by default. */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        Path folder = Files.createTempDirectory("stream-files");
        List<Path> files = write(folder);
        AtomicLong read = new AtomicLong();
        Iterator<Path> endless = Stream.generate(() -> files.get((int) (read.getAndIncrement() % FILES)))
                .iterator();
        Set<Integer> digests = new HashSet<>();
        long most = 0;
        System.out.println("      taken    read ahead    driver's heap");
        try (Pool pool = Pool.open(PoolConfig.processes(2));
                Stream<Result<Integer>> results = pool.stream(endless, StreamFiles::digest)) {
            Iterator<Result<Integer>> next = results.iterator();
            for (int taken = 1; taken <= count; taken++) {
                Result<Integer> result = next.next(); // nothing is read but for who asks here
                if (!result.isSuccess()) {
                    throw new IOException("no digest of " + files.get(result.index() % FILES), result.error());
                }
                digests.add(result.value());
                most = Math.max(most, read.get() - taken);
                if (taken % Math.max(1, count / 10) == 0) {
                    System.out.printf(
                            Locale.ROOT, "%,11d   %,11d   %,10d MiB%n", taken, read.get() - taken, heap() >> 20);
                }
            }
        } finally {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
        System.out.println(digests.size() + " digests of " + FILES + " files");
        System.out.println("bounded: " + (most <= 2 * 65_536));
    }

    private static List<Path> write(Path folder) throws IOException {
        for (int i = 0; i < FILES; i++) {
            Files.writeString(folder.resolve("file-" + i), "line of file " + i + "\n");
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static int digest(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return List.of(digest[0], digest[1], digest[2], digest[3]).hashCode();
    }

    /** What is left after a collection. */
    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
