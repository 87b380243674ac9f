package io.github.clusterpool;

import org.slf4j.Logger;
import org.slf4j.event.Level;

/** The way from one worker's tasks to the driver's log, at a bounded rate. */
final class TaskLog {
    private static final int MAX_TEXT = 8_000;

    private final Worker.Identity identity;
    private final Machine machine;
    private final LineLimit limit;

    TaskLog(Worker.Identity identity, Machine machine) {
        this.identity = identity;
        this.machine = machine;
        this.limit = new LineLimit(machine.nanos());
    }

    /** For a task; {@code label} says which. */
    Logger logger(String label) {
        return new TaskLogger(DriverLog.name(identity.pool(), worker()), this, label);
    }

    boolean isEnabled(Level level) {
        return level.toInt() >= identity.logLevel();
    }

    void add(Level level, String text) {
        if (limit.admits(machine.nanos())) {
            tellHeldBack();
            send(level, text);
        }
    }

    /** How much was logged too fast to be sent, once. */
    void tellHeldBack() {
        long held = limit.takeHeldBack();
        if (held > 0) {
            send(Level.WARN, Messages.linesHeldBack("worker " + worker() + " logged", held));
        }
    }

    private void send(Level level, String text) {
        int over = text.length() - MAX_TEXT;
        String brief = over <= 0 ? text : text.substring(0, MAX_TEXT) + Messages.cut(over);
        identity.log().tell(new DriverLog.Line(worker(), level.toInt(), brief));
    }

    private int worker() {
        return identity.ref().worker();
    }
}
