package io.github.clusterpool;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;

/** What reaches the driver's log under some names while this is open, as "LEVEL text". */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Logger> loggers;

    private LogLines(List<String> names) {
        this.loggers = names.stream()
                .map(name -> (Logger) LoggerFactory.getLogger(name))
                .toList();
        start();
        loggers.forEach(logger -> logger.addAppender(this));
    }

    /** Of a pool's workers. */
    static LogLines ofWorkers(String pool) {
        return new LogLines(IntStream.rangeClosed(1, PoolCase.SIZE)
                .mapToObj(worker -> "clusterpool." + pool + "-worker-" + worker)
                .toList());
    }

    /** Of the pools' supervisors. */
    static LogLines ofSupervisors() {
        return new LogLines(List.of(PoolSupervisor.class.getName()));
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    List<String> all() {
        return lines;
    }

    @Override
    public void close() {
        loggers.forEach(logger -> logger.detachAppender(this));
        stop();
    }
}
