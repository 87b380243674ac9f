package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More worker JVMs than the pool serves itself, which find no file to read. */
@Tag("slow")
@Timeout(300)
class SpreadProcessesTest {
    @TempDir
    Path folder;

    @Test
    void export_toManyNodesWithoutSharedFiles_reachesAll() throws Exception {
        Ledger ledger = Ledger.in(folder);
        Process driver = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + folder.resolve("none"),
                        "-cp",
                        ClassPath.ofDriver().toString(),
                        ExportingDriver.class.getName(),
                        "6",
                        ledger.file())
                .inheritIO()
                .start();
        try {
            assertThat(driver.waitFor(Patience.scaled(120).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            driver.destroyForcibly();
        }

        assertThat(driver.exitValue()).isZero();
        assertThat(ledger.lines()).containsExactly("6 workers have it");
    }
}
