package io.github.clusterpool;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long tests wait for what must come: longer on a machine that is busy, and {@code -Dtests.patience=3} is for
 * one that is three times as slow.
 */
public final class Patience {
    private static final double FACTOR = Double.parseDouble(System.getProperty("tests.patience", "1"));

    /** Threads that want a processor, for each that there is, at which the times below are still enough. */
    private static final double USUAL_LOAD = 3;

    private Patience() {}

    /** For what takes moments. */
    public static Duration some() {
        return scaled(30);
    }

    /** For what needs new JVMs. */
    public static Duration much() {
        return scaled(100);
    }

    public static Duration scaled(int seconds) {
        return Duration.ofMillis((long) (seconds * 1000 * FACTOR * busy()));
    }

    private static double busy() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return Math.max(1, system.getSystemLoadAverage() / system.getAvailableProcessors() / USUAL_LOAD);
    }

    public static ConditionFactory await() {
        return Awaitility.await().atMost(much()).pollInterval(Duration.ofMillis(10));
    }
}
