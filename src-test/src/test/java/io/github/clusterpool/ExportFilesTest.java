package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Large exported values are in files of the driver's alone, for as long as a new worker may need them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportFilesTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Pool pool = Pool.open(
            LivePool.config("name = exportfiles, placement = processes, workers = 2, blob.max-size = 128MiB"));

    @BeforeAll
    void hasDescriptors() {
        assumeThat(DESCRIPTORS).exists();
    }

    @AfterAll
    void close() throws IOException {
        pool.close();
        Leftovers.expectNone("exportfiles");
        assertThat(files()).isZero();
    }

    /** Open in this JVM. */
    private static long files() throws IOException {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.filter(ExportFilesTest::isOfABlob).count();
        }
    }

    private static boolean isOfABlob(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("clusterpool-blob-");
        } catch (IOException e) {
            return false; // that of the listing itself
        }
    }

    private List<Integer> lengths(Exported<byte[]> exported) {
        return value(pool.call(() -> exported.get().length));
    }

    @Test
    void export_large_isKeptInOneFileForWorkersToComeUntilItIsReplaced() {
        value(pool.init(2));
        Exported<byte[]> exported = pool.export("x", BlobsTest.bytes(3_000_000));
        value(exported.done());
        Patience.await().until(() -> files() == 1);

        long pid = value(pool.call(() -> ProcessHandle.current().pid())).get(0);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        Patience.await().until(() -> {
            List<Long> pids = value(pool.call(() -> ProcessHandle.current().pid()));
            return pids.size() == 2 && !pids.contains(pid);
        });
        assertThat(lengths(exported)).containsExactly(3_000_000, 3_000_000);

        for (int size : List.of(4_000_000, 5_000_000, 6_000_000)) {
            Exported<byte[]> again = pool.export("x", BlobsTest.bytes(size));
            assertThat(lengths(again)).containsExactly(size, size);
        }
        Patience.await().until(() -> files() == 1);
    }

    @Test
    void export_moreThanWorkersKeepForLater_isGivenBackByThemAtOnce() {
        value(pool.init(2));
        byte[] bytes = new byte[100_000_000];
        int times = 12;
        for (int i = 0; i < times; i++) {
            bytes[0] = (byte) i;
            value(pool.export("x", bytes).done());
        }

        // 512 MiB, and what two epochs hold
        assertThat(value(pool.call(ExportFilesTest::files)))
                .allSatisfy(open -> assertThat(open).isBetween(1L, 7L));
    }

    @Test
    void init_anyExports_closesTheirFiles() {
        value(pool.init(2));
        value(pool.export("x", BlobsTest.bytes(3_000_000)).done());
        value(pool.export("y", BlobsTest.bytes(4_000_000)).done());
        Patience.await().until(() -> files() == 2);

        value(pool.init(2));
        value(pool.call(() -> 0));

        Patience.await().until(() -> files() == 0);
    }

    @Test
    void export_moreThanTheJournalMayHold_isRefusedAndLeavesNoFile() throws IOException {
        try (Pool small = Pool.open(
                LivePool.config("name = smalljournal, placement = processes, workers = 1, journal.max-bytes = 5MiB"))) {
            value(small.export("x", BlobsTest.bytes(3_000_000)).done());
            long before = files();

            Job<Void> second = small.export("y", BlobsTest.bytes(3_000_000)).done();

            assertThat(failure(PoolOverloadedException.class, second))
                    .hasMessageContaining("clusterpool.journal.max-bytes");
            Patience.await().until(() -> files() == before);
        }
    }
}
