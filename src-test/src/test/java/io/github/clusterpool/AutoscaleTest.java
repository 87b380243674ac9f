package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool that grows while tasks wait, and shrinks when none needs its workers; with the variables in all of them. */
class AutoscaleTest {
    @TempDir
    Path folder;

    static void growsAndShrinks(PoolConfig config, Path folder) throws Exception {
        Gate gate = Gate.in(folder);
        String marks = Files.createDirectory(folder.resolve("marks")).toString();
        try (Pool pool = Pool.open(config.autoscale(1, 3))) {
            pool.export("x", 40);
            Exported<Integer> y = pool.export("y", 2);
            assertThat(pool.size()).isEqualTo(1);
            Job<List<Integer>> job = pool.with(JobOptions.retries(0).chunkSize(1))
                    .lapply(IntStream.range(0, 12).boxed().toList(), i -> {
                        Files.createFile(Path.of(marks, "task-" + i));
                        gate.pass();
                        return y.get() + (int) Env.<Integer>get("x");
                    });
            Patience.await().until(() -> filesIn(marks) >= 3); // none has ended, so three workers run at once
            gate.open();

            assertThat(job.join(Patience.much())).hasSize(12).containsOnly(42);
            Patience.await().untilAsserted(() -> {
                pool.lapply(List.of(1), i -> i).join(Patience.much()); // for a fresh status
                assertThat(pool.status().size()).isEqualTo(1);
            });
            assertThat(pool.status().scaling().max()).isEqualTo(3);
            assertThat(pool.status().scaling().last())
                    .startsWith("shrinks from ")
                    .contains(" to 1 workers: ");
            assertThat(pool.evalq("x + y").join(Patience.much())).containsExactly(42);
        }
    }

    private static int filesIn(String folder) {
        String[] names = Path.of(folder).toFile().list();
        return names == null ? 0 : names.length;
    }

    static PoolConfig quick(String placement) {
        return LivePool.config("name = scaled, workers = 1, placement = " + placement
                + ", autoscale { grow-after = 100ms, shrink-after = 1s }");
    }

    @Test
    void inProcess_workComesAndGoes_sizeFollows() throws Exception {
        growsAndShrinks(quick("in-process"), folder);
    }

    @Test
    @Tag("slow")
    void processes_workComesAndGoes_sizeFollows() throws Exception {
        growsAndShrinks(quick("processes"), folder);
    }
}
