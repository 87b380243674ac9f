package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final long NOBODY_RUNS = Long.MAX_VALUE;

    private final Journal journal = new Journal();

    private long export(String... names) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (String name : names) {
            values.put(name, new byte[10]);
        }
        return journal.export(values, Entry.Export.total(values)).epoch();
    }

    private List<Long> epochs() {
        return journal.entries().stream().map(Entry::epoch).toList();
    }

    @Test
    void compact_nameSetAgain_keepsTheLastValue() {
        export("x");
        export("y");
        export("x");

        journal.compact(NOBODY_RUNS);

        assertThat(epochs()).containsExactly(2L, 3L);
        assertThat(journal.bytes()).isEqualTo(20);
    }

    @Test
    void compact_notAllNamesSetAgain_keepsTheEntry() {
        export("x", "y");
        export("x");

        journal.compact(NOBODY_RUNS);

        assertThat(epochs()).containsExactly(1L, 2L);
    }

    @Test
    void compact_namesSetAgainOneByOne_dropsTheEntry() {
        export("x", "y");
        export("x");
        export("y");

        journal.compact(NOBODY_RUNS);

        assertThat(epochs()).containsExactly(2L, 3L);
    }

    @Test
    void compact_codeInBetween_keepsWhatItMayRead() {
        export("x");
        export("x");
        journal.evalq(new byte[1]);
        export("x");
        export("x");

        journal.compact(NOBODY_RUNS);

        assertThat(epochs()).containsExactly(2L, 3L, 5L);
    }

    @Test
    void compact_taskBelow_keepsWhatItReads() {
        export("x");
        export("x");
        export("x");

        journal.compact(1);
        assertThat(epochs()).containsExactly(1L, 2L, 3L);

        journal.compact(2);
        assertThat(epochs()).containsExactly(2L, 3L);
    }

    @Test
    void compact_cleared_waitsForTasksBefore() {
        export("x");
        journal.evalq(new byte[1]);
        journal.clear();
        export("y");

        journal.compact(2);
        assertThat(epochs()).containsExactly(1L, 2L, 3L, 4L);

        journal.compact(3);
        assertThat(epochs()).containsExactly(4L);
    }

    @Test
    void withdraw_lastEntry_leavesNoTraceButItsEpoch() {
        export("x");
        long withdrawn = journal.evalq(new byte[7]).epoch();

        journal.withdraw(withdrawn);

        assertThat(epochs()).containsExactly(1L);
        assertThat(journal.bytes()).isEqualTo(10);
        assertThat(journal.epoch()).isEqualTo(2);
        assertThat(export("y")).isEqualTo(3);
    }

    @Test
    void reset_anyJournal_forgetsAllButTheEpoch() {
        export("x");

        journal.reset();

        assertThat(journal.size()).isZero();
        assertThat(journal.bytes()).isZero();
        assertThat(journal.epoch()).isEqualTo(1);
    }
}
