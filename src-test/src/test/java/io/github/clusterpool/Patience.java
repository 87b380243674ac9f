package io.github.clusterpool;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How long tests wait for what must come; {@code -Dclusterpool.test.patience=3} is for a machine three times as busy. */
final class Patience {
    private static final double FACTOR = Double.parseDouble(System.getProperty("clusterpool.test.patience", "1"));

    private Patience() {}

    /** For what takes moments. */
    static Duration some() {
        return scaled(30);
    }

    /** For what needs new JVMs. */
    static Duration much() {
        return scaled(100);
    }

    static Duration scaled(int seconds) {
        return Duration.ofMillis((long) (seconds * 1000 * FACTOR));
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(much()).pollInterval(Duration.ofMillis(10));
    }
}
