package io.github.clusterpool.node;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** For the log's pattern: which node says it, and from a worker's thread also which worker of which pool.
 * Nothing from a command that is no node: its pool is named in each line. */
public final class Origin extends ClassicConverter {
    private static volatile String node = "";

    /** Made by Logback. */
    public Origin() {}

    static void isNode(String name) {
        node = name + " ";
    }

    @Override
    public String convert(ILoggingEvent event) {
        String thread = event.getThreadName();
        return thread.contains("-worker-") ? node + thread + " " : node;
    }
}
