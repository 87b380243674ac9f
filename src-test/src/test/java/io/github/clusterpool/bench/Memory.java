package io.github.clusterpool.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says of a process's memory. */
final class Memory {
    private Memory() {}

    /** Megabytes a process in the average; not a number where the kernel does not tell. */
    static double average(List<Long> pids, String key) throws IOException {
        double kilobytes = 0;
        for (long pid : pids) {
            kilobytes += kilobytes(Path.of("/proc", Long.toString(pid), "smaps_rollup"), key);
        }
        return kilobytes / pids.size() / 1024;
    }

    private static double kilobytes(Path file, String key) throws IOException {
        if (!Files.exists(file)) {
            return Double.NaN;
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** MiB of this JVM's heap that are in use. */
    static double heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20);
    }
}
