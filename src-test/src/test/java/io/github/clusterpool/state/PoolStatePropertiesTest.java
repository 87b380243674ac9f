package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever clients, workers and time do, and in whatever order it is heard of: the pool keeps its promises. */
class PoolStatePropertiesTest {
    private static final int LAST_LINES = 150;

    @Property(tries = 4_000, shrinking = ShrinkingMode.OFF)
    void apply_anyEvents_keepsItsPromises(@ForAll long seed) {
        try {
            new PoolModel(seed, null).play(200);
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + retold(seed), e);
        }
    }

    /** The same again, with every event and what was decided. */
    private static String retold(long seed) {
        List<String> trace = new ArrayList<>();
        try {
            new PoolModel(seed, trace).play(200);
        } catch (Throwable e) {
            trace.add(e.toString());
        }
        return String.join("\n", trace.subList(Math.max(0, trace.size() - LAST_LINES), trace.size()));
    }
}
