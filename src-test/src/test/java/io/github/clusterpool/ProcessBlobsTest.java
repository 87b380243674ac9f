package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is large beside what is not, and beside what befalls worker JVMs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessBlobsTest {
    private static final int LARGE = 100_000_000;

    private final Pool pool = Pool.open(LivePool.config("name = blobs, placement = processes, blob.max-size = 200MiB"));
    private final byte[] large = BlobsTest.bytes(LARGE);

    @AfterAll
    void close() {
        pool.close();
        Leftovers.expectNone("blobs");
    }

    @Test
    void export_large_doesNotHoldUpSmallTasks() {
        List<Integer> xs = IntStream.range(0, 200_000).boxed().toList();
        Job<List<Integer>> small = pool.with(JobOptions.chunkSize(1)).lapply(xs, i -> i);
        Patience.await().until(() -> small.progress().done() > 5_000); // new JVMs are slow, and the export is not

        long beside = 0;
        for (int i = 0; i < 20 && beside <= 100; i++) {
            Exported<byte[]> exported = pool.export("large" + i, large);
            long before = small.progress().done();
            value(exported.done());
            beside += small.progress().done() - before;
            assertThat(value(pool.call(() -> exported.get().length))).containsOnly(LARGE);
        }

        assertThat(beside).as("small tasks while there was an export").isGreaterThan(100);
        small.cancel();
    }

    @Test
    void kill_workerThatFetchesABlob_givesItToTheNextOne() {
        List<Long> pids = value(pool.call(() -> ProcessHandle.current().pid()));

        Exported<byte[]> exported = pool.export("killed", large);
        ProcessHandle.of(pids.get(0)).ifPresent(ProcessHandle::destroyForcibly);

        value(exported.done());
        int hash = Arrays.hashCode(large);
        assertThat(value(pool.call(() -> Arrays.hashCode(exported.get())))).containsOnly(hash);
        assertThat(value(pool.call(() -> ProcessHandle.current().pid()))).doesNotContain(pids.get(0));
    }
}
