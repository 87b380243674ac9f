package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.code.ClassOrigins;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What a pool's one supervisor costs with many nodes and workers: the real one, on a thread of its own, with nodes that
 * are actors of the same JVM and workers that take no time.
 *
 * <p>{@code ScaleMain [NODESxWORKERS]…}: how many nodes, and workers on each.
 */
public final class ScaleMain {
    private static final List<String> SIZES = List.of("4x10", "10x10", "100x10", "300x10", "1000x10", "1000x20");
    private static final int ROUNDS = 11;
    private static final int LEAST_TASKS = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final int nodes;
    private final int workers;

    private ScaleMain(String size) {
        String[] parts = size.split("x", -1);
        this.nodes = Integer.parseInt(parts[0]);
        this.workers = nodes * Integer.parseInt(parts[1]);
    }

    public static void main(String[] args) {
        System.out.printf(
                "JDK %s, %d processors, medians of %d%n%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), ROUNDS);
        System.out.println("| nodes | workers | start, s | KiB a worker | idle, ms of CPU a second | export, ms |"
                + " call, ms | a task alone, µs of CPU | tasks alone a second | a task in chunks, µs of CPU |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (String size : args.length == 0 ? SIZES : List.of(args)) {
            System.out.println(new ScaleMain(size).measure());
        }
    }

    private String measure() {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "scale",
                ConfigFactory.parseString("""
                clusterpool.dispatcher {
                  type = PinnedDispatcher
                  executor = thread-pool-executor
                  thread-pool-executor.allow-core-timeout = off
                }
                pekko.actor.provider = local
                """).withFallback(SystemConfig.driver(ConfigFactory.load())));
        try {
            PoolConfig config = PoolConfig.from(ConfigFactory.parseString(
                            "clusterpool { name = scale, lease { suspect = 30s, lost = 60s } }"))
                    .placement(Placement.PROCESSES);
            ScaleNodes simulated = new ScaleNodes(system, config, nodes);
            return measure(system, config, simulated);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private String measure(ActorSystem<?> system, PoolConfig config, ScaleNodes simulated) {
        double heapBefore = heap();
        ClassOrigins origins = new ClassOrigins(ScaleMain.class.getClassLoader(), List.of());
        Pool pool = Pools.of(system).pool(config, simulated, origins);
        long begin = System.nanoTime();
        pool.init(workers).join(PATIENCE);
        pool.resize(workers).join(PATIENCE); // all are there
        double start = (System.nanoTime() - begin) / 1e9;
        double heap = (heap() - heapBefore) / workers / 1024;
        long idle =
                cpu(simulated, () -> LockSupport.parkNanos(Duration.ofSeconds(2).toNanos()));
        double export = median(() -> pool.export("x", 1).done().join(PATIENCE));
        double call = median(() -> pool.call(() -> 1).join(PATIENCE));
        List<Integer> xs =
                IntStream.range(0, Math.max(LEAST_TASKS, 4 * workers)).boxed().toList();
        Pool alone = pool.with(JobOptions.chunkSize(1));
        Runnable oneByOne = () -> alone.lapply(xs, i -> i).join(PATIENCE);
        oneByOne.run();
        long[] spent = new long[1];
        double wall = median(() -> spent[0] += cpu(simulated, oneByOne));
        double each = spent[0] / (double) ROUNDS / xs.size() / 1e3;
        List<Integer> many =
                IntStream.range(0, 100 * Math.max(1_000, workers)).boxed().toList();
        Runnable inChunks = () -> pool.lapply(many, i -> i).join(PATIENCE);
        inChunks.run();
        double chunked = cpu(simulated, inChunks) / (double) many.size() / 1e3;
        pool.delete().join(PATIENCE);
        return String.format(
                Locale.ROOT,
                "| %d | %d | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f | %,.0f | %.3f |",
                nodes,
                workers,
                start,
                heap,
                idle / 2e6,
                export / 1e6,
                call / 1e6,
                each,
                xs.size() / (wall / 1e9),
                chunked);
    }

    /** What the supervisor's thread spends meanwhile. */
    private static long cpu(ScaleNodes simulated, Runnable task) {
        var threads = ManagementFactory.getThreadMXBean();
        long thread = simulated.supervisorThread().getId();
        long before = threads.getThreadCpuTime(thread);
        task.run();
        return threads.getThreadCpuTime(thread) - before;
    }

    private static double median(Runnable task) {
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            task.run();
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[ROUNDS / 2];
    }

    private static double heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
