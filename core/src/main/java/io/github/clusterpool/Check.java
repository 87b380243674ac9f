package io.github.clusterpool;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks of what callers hand in, with one wording. */
final class Check {
    private Check() {}

    static int atLeast(int bound, int got, String what) {
        if (got < bound) {
            throw new IllegalArgumentException(Messages.atLeast(what, bound, got));
        }
        return got;
    }

    static long atLeast(long bound, long got, String what) {
        if (got < bound) {
            throw new IllegalArgumentException(Messages.atLeast(what, bound, got));
        }
        return got;
    }

    static long atMost(long bound, long got, String what) {
        if (got > bound) {
            throw new IllegalArgumentException(Messages.atMost(what, bound, got));
        }
        return got;
    }

    static Duration positive(Duration got, String what) {
        if (given(got, what).isNegative() || got.isZero()) {
            throw new IllegalArgumentException(Messages.positive(what, got));
        }
        return got;
    }

    static Duration longer(Duration got, String what, Duration bound, String than) {
        if (given(got, what).compareTo(bound) <= 0) {
            throw new IllegalArgumentException(Messages.longer(what, than, bound, got));
        }
        return got;
    }

    static <T> T given(@Nullable T got, String what) {
        return Objects.requireNonNull(got, () -> Messages.missing(what));
    }

    static String identifier(@Nullable String got, String what) {
        String name = given(got, what);
        boolean valid = !name.isEmpty() && Character.isJavaIdentifierStart(name.charAt(0));
        for (int i = 1; valid && i < name.length(); i++) {
            valid = Character.isJavaIdentifierPart(name.charAt(i));
        }
        if (!valid) {
            throw new IllegalArgumentException(Messages.identifier(what, name));
        }
        return name;
    }

    static Map<String, ?> identifiers(Map<String, ?> values) {
        if (given(values, "values").isEmpty()) {
            throw new IllegalArgumentException(Messages.nothingToExport());
        }
        values.keySet().forEach(name -> identifier(name, "export name"));
        return values;
    }
}
