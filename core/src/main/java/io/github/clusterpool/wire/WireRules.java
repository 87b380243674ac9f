package io.github.clusterpool.wire;

import java.util.List;

/**
 * What may travel and how big it may be; the same on both sides.
 *
 * @param allowedPrefixes records, enums and array classes whose names start with one of these; empty: all but the JDK's and Pekko's
 * @param maxDepth how deeply values may be nested
 * @param maxStringLength chars in one string
 * @param maxBytes of one value on its own, or of one sequence; at most 2147483631
 * @param maxCount elements in one collection, map or array of objects
 */
public record WireRules(List<String> allowedPrefixes, int maxDepth, int maxStringLength, long maxBytes, int maxCount) {
    private static final List<String> NEVER =
            List.of("javax.", "jdk.", "sun.", "com.sun.", "org.apache.pekko.", "scala.");
    /** Bytes that fit into one array, with room to grow. */
    public static final long MOST_BYTES = Integer.MAX_VALUE - 16;

    /** Checks the limits. */
    public WireRules {
        allowedPrefixes = List.copyOf(allowedPrefixes);
        check("maxDepth", maxDepth, 10_000);
        check("maxStringLength", maxStringLength, Integer.MAX_VALUE);
        check("maxBytes", maxBytes, MOST_BYTES);
        check("maxCount", maxCount, 1 << 29);
    }

    /** All packages, 256 levels, 64 Mi chars, 1 GiB, 64 Mi elements. */
    public static WireRules defaults() {
        return new WireRules(List.of(), 256, 1 << 26, 1L << 30, 1 << 26);
    }

    /** Whether a record or enum of this name may travel, or an array of it. JDK types need a look at the class as well. */
    public boolean allows(String className) {
        if (className.startsWith("java.")) {
            return true;
        }
        return !beginsWithOne(NEVER, className)
                && (allowedPrefixes.isEmpty() || beginsWithOne(allowedPrefixes, className));
    }

    private static boolean beginsWithOne(List<String> prefixes, String className) {
        for (String prefix : prefixes) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static void check(String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be from 1 to " + most + ", got " + value);
        }
    }
}
