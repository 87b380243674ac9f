package io.github.clusterpool.bench;

import io.github.clusterpool.Job;
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
 * How soon a killed worker JVM is made up for; all times in nanoseconds from {@code kill -9}.
 *
 * @param seen the end of a JVM that does nothing, by {@code Process.onExit}
 * @param again until another worker runs its task
 * @param replaced until a new JVM serves in its place
 */
record Recovery(long[] seen, long[] again, long[] replaced) {
    static Recovery measure(int rounds) throws Exception {
        Path file = Files.createTempFile("recovery", "");
        Recovery recovery = new Recovery(new long[rounds], new long[rounds], new long[rounds]);
        try (Pool pool = Pool.open(PoolConfig.processes(2))) {
            for (int i = 0; i < rounds; i++) {
                pool.call(() -> 0).join();
                Process bare = sleeper(file);
                long killed = kill(file);
                bare.onExit().join();
                recovery.seen[i] = (micros() - killed) * 1_000;

                Job<List<Long>> job = pool.lapply(List.of(file.toString()), Recovery::onceKilled);
                killed = kill(file);
                recovery.again[i] = (job.join().get(0) - killed) * 1_000;
                pool.call(() -> 0).join();
                recovery.replaced[i] = (micros() - killed) * 1_000;
            }
        } finally {
            Files.delete(file);
        }
        return recovery;
    }

    private static Process sleeper(Path file) throws IOException {
        return BareJvm.java("-cp", System.getProperty("java.class.path"), Sleeper.class.getName(), file.toString())
                .start();
    }

    /** The main class of a JVM that tells its pid and sleeps. */
    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] args) throws Exception {
            tellPidAndSleep(args[0]);
        }
    }

    private static long onceKilled(String file) throws Exception {
        long begun = micros();
        if (TaskContext.current().attempt() == 1) {
            tellPidAndSleep(file);
        }
        return begun;
    }

    private static void tellPidAndSleep(String file) throws Exception {
        Files.writeString(Path.of(file), ProcessHandle.current().pid() + "\n");
        Thread.sleep(Long.MAX_VALUE);
    }

    /** Kills who has told its pid; returns when. */
    private static long kill(Path file) throws IOException {
        String told;
        do {
            Thread.onSpinWait();
            told = Files.readString(file);
        } while (!told.endsWith("\n"));
        Files.writeString(file, "");
        long now = micros();
        ProcessHandle.of(Long.parseLong(told.strip())).ifPresent(ProcessHandle::destroyForcibly);
        return now;
    }

    /** Wall-clock time, the same for all processes of a machine. */
    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
