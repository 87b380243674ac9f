package io.github.clusterpool.bench;

import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.TaskContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How soon a killed worker JVM is made up for; all times in nanoseconds from its last instruction.
 *
 * @param seen a bare JVM's end, by {@code Process.onExit}
 * @param again until another worker runs its task
 * @param replaced until a new JVM serves in its place
 */
record Recovery(long[] seen, long[] again, long[] replaced) {
    static Recovery measure(int rounds) throws Exception {
        Path ended = Files.createTempFile("recovery", "");
        Recovery recovery = new Recovery(new long[rounds], new long[rounds], new long[rounds]);
        try (Pool pool = Pool.open(PoolConfig.processes(2))) {
            pool.call(() -> 0).join();
            for (int i = 0; i < rounds; i++) {
                haltBareJvm(ended).onExit().join();
                recovery.seen[i] = since(ended, micros());
                long begun = pool.lapply(List.of(ended.toString()), Recovery::endOnce)
                        .join()
                        .get(0);
                recovery.again[i] = since(ended, begun);
                pool.call(() -> 0).join();
                recovery.replaced[i] = since(ended, micros());
            }
        } finally {
            Files.delete(ended);
        }
        return recovery;
    }

    private static Process haltBareJvm(Path ended) throws IOException {
        return BareJvm.java("-cp", System.getProperty("java.class.path"), Halt.class.getName(), ended.toString())
                .start();
    }

    /** The main class of a JVM that does nothing but end. */
    static final class Halt {
        private Halt() {}

        public static void main(String[] args) throws IOException {
            halt(args[0]);
        }
    }

    private static long endOnce(String file) throws IOException {
        long begun = micros();
        if (TaskContext.current().attempt() == 1) {
            halt(file);
        }
        return begun;
    }

    /** Writes down when, and ends the JVM without ado. */
    private static void halt(String file) throws IOException {
        Files.writeString(Path.of(file), Long.toString(micros()));
        Runtime.getRuntime().halt(9);
    }

    private static long since(Path ended, long micros) throws IOException {
        return (micros - Long.parseLong(Files.readString(ended))) * 1_000;
    }

    /** Wall-clock time, the same for all processes of a machine. */
    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
