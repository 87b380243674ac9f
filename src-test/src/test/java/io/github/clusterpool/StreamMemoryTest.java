package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An input far larger than the driver's memory. */
@Tag("slow")
@Timeout(900)
class StreamMemoryTest {
    private static final long MOST_GROWTH = 16 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "in-process, iterator, 10_000_000",
        "processes, iterator, 10_000_000",
        "in-process, publisher, 1_000_000",
        "processes, publisher, 1_000_000",
        "in-process, flow, 1_000_000",
        "processes, flow, 1_000_000"
    })
    void stream_moreThanMemory_runsInADriverOf64MegabytesWhoseHeapStaysFlat(String placement, String kind, String many)
            throws Exception {
        long elements = Long.parseLong(many.replace("_", ""));
        Ledger ledger = Ledger.in(folder);
        List<String> small = List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError");

        DriverJvm.run(
                Patience.scaled(500), small, StreamingDriver.class, placement, kind, "" + elements, ledger.file());

        long sum = elements * (elements + 1) / 2;
        assertThat(ledger.lines()).hasSize(2).contains(elements + " results, sum " + sum);
        assertThat(Long.parseLong(ledger.lines().get(1).replaceAll("\\D", ""))).isLessThan(MOST_GROWTH);
    }
}
