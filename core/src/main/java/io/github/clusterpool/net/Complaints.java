package io.github.clusterpool.net;

import java.util.function.Consumer;

/** Says what goes wrong with strangers at a bounded rate: junk on a port must not fill a log. For one thread. */
final class Complaints {
    /** In one interval; the rest is counted. */
    private static final int MOST = 3;

    private final Consumer<String> log;
    private int said;
    private int held;

    Complaints(Consumer<String> log) {
        this.log = log;
    }

    void add(String text) {
        if (said < MOST) {
            said++;
            log.accept(text);
        } else {
            held++;
        }
    }

    /** A new interval begins. */
    void tell() {
        if (held > 0) {
            log.accept("and " + held + " more such events in the last second");
        }
        said = 0;
        held = 0;
    }
}
