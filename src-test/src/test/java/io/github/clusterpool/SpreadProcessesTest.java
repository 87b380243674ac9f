package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
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
        List<String> noFolder = List.of("-Djava.io.tmpdir=" + folder.resolve("none"));

        DriverJvm.run(Patience.scaled(120), noFolder, ExportingDriver.class, "6", ledger.file());

        assertThat(ledger.lines()).containsExactly("6 workers have it");
    }
}
