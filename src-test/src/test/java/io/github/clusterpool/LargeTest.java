package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Values of hundreds of megabytes, in heaps of little more than what the values and their encoded forms take:
 * {@code mvn -q -Plarge verify}.
 */
@Tag("large")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeTest {
    private static final int WORKERS = 2;
    private static final int MEGABYTE = 1_000_000;

    private Pool pool;

    @BeforeAll
    void open() {
        pool = Pool.open(LivePool.config("""
                name = huge
                placement = processes
                workers = %d
                blob { max-size = 2000MiB, memory = 64MiB }
                processes.jvm-options = ["-Xmx2400m"]
                """.formatted(WORKERS)));
    }

    @AfterAll
    void close() throws IOException {
        pool.close();
        Leftovers.expectNone("huge");
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("clusterpool-blob-"));
        }
    }

    private List<Long> pids() {
        return value(pool.call(() -> ProcessHandle.current().pid()));
    }

    @Test
    void lapply_300MegabytesThereAndBack_areWhole() {
        byte[] large = BlobsTest.bytes(300 * MEGABYTE);

        Job<List<byte[]>> job = pool.lapply(List.of(large), bytes -> {
            bytes[0]++;
            return bytes;
        });

        byte[] result = value(job).get(0);
        large[0]++;
        assertThat(Arrays.equals(result, large)).isTrue();
    }

    /** The workers read the value, all at the same time; only for that long may a small task wait. */
    @Test
    void export_1Gigabyte_leavesSmallTasksAndWorkersGoingOn() {
        List<Long> before = pids();
        List<Integer> xs = IntStream.range(0, 5_000_000).boxed().toList();
        Job<List<Integer>> small = pool.with(JobOptions.chunkSize(1)).lapply(xs, i -> i);
        Patience.await().until(() -> small.progress().done() > 0);

        byte[] large = new byte[1_000 * MEGABYTE];
        Arrays.fill(large, large.length / 2, large.length, (byte) 7);
        Exported<byte[]> exported = pool.export("large", large);
        long longest = longestPause(small, exported.done());
        value(exported.done());

        small.cancel();
        assertThat(Duration.ofNanos(longest)).isLessThan(Patience.scaled(10));
        assertThat(value(pool.call(() -> exported.get().length + exported.get()[exported.get().length - 1])))
                .containsOnly(large.length + 7);
        assertThat(pids()).isEqualTo(before);
        assertThat(pool.status().workers())
                .allSatisfy(worker -> assertThat(worker.restarts()).isZero());
        value(pool.init(WORKERS));
    }

    private static long longestPause(Job<?> small, Job<?> until) {
        long longest = 0;
        while (!until.isDone()) {
            long done = small.progress().done();
            long begin = System.nanoTime();
            Patience.await().until(() -> small.progress().done() > done || until.isDone());
            longest = Math.max(longest, System.nanoTime() - begin);
        }
        return longest;
    }
}
