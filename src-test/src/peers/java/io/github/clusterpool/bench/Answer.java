package io.github.clusterpool.bench;

import java.util.stream.Stream;

/**
 * What a contestant said.
 *
 * @param numbers nanoseconds mostly; none if it does not do that, or did it wrong
 * @param error why; empty if nothing went wrong
 */
record Answer(long[] numbers, String error) {
    static final Answer NOTHING = new Answer(new long[0], "");

    static Answer of(String said) {
        if (said.startsWith("error")) {
            return failed(said.substring("error".length()).strip());
        }
        if (said.equals("none")) {
            return NOTHING;
        }
        try {
            return new Answer(
                    Stream.of(said.strip().split(" "))
                            .mapToLong(number -> (long) Double.parseDouble(number))
                            .toArray(),
                    "");
        } catch (NumberFormatException e) {
            return failed("its answer must be numbers, got " + said);
        }
    }

    static Answer failed(String error) {
        return new Answer(new long[0], error.isEmpty() ? "fails without saying why" : error);
    }

    boolean isFailed() {
        return !error.isEmpty();
    }

    boolean isNone() {
        return numbers.length == 0;
    }
}
