package io.github.clusterpool;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Reads what a worker JVM prints, on a thread of its own: shows it, at a bounded rate, and keeps the last lines. Whatever
 * user code prints takes no more than {@value #MAX_LINE} characters a line here.
 */
final class WorkerOutput implements Runnable {
    private static final int LAST_LINES = 20;
    private static final int MAX_LINE = 2_000;
    private static final int MAX_LAST_LINE = 400;

    private final int worker;
    private final Consumer<String> log;
    private final InputStream input;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final LineLimit limit = new LineLimit(System.nanoTime());
    private final Deque<String> lastLines = new ArrayDeque<>(); // guarded by itself
    private final StringBuilder line = new StringBuilder();
    private long cut; // characters of the line that were left out
    private volatile boolean shown;

    WorkerOutput(int worker, InputStream input, Consumer<String> log) {
        this.worker = worker;
        this.input = input;
        this.log = log;
    }

    /** From now on lines are shown: before, it is the JVM that speaks and not user code. */
    void show() {
        synchronized (lastLines) {
            lastLines.clear();
        }
        shown = true;
    }

    /** Done when all that was printed has been read. */
    CompletableFuture<Void> end() {
        return end;
    }

    /** Each as one line without control characters. */
    List<String> lastLines() {
        synchronized (lastLines) {
            return lastLines.stream().map(WorkerOutput::brief).toList();
        }
    }

    private static String brief(String line) {
        int over = line.length() - MAX_LAST_LINE;
        return Messages.oneLine(over <= 0 ? line : line.substring(0, MAX_LAST_LINE) + Messages.cut(over));
    }

    @Override
    public void run() {
        try (Reader reader = new InputStreamReader(input, Charset.defaultCharset())) {
            char[] some = new char[8_192];
            for (int count = reader.read(some); count >= 0; count = reader.read(some)) {
                add(some, count);
            }
        } catch (IOException e) {
            take("(its output could not be read any more: " + e.getMessage() + ")");
        } finally {
            if (line.length() > 0) {
                endLine();
            }
            tellHeldBack();
            end.complete(null);
        }
    }

    private void add(char[] some, int count) {
        for (int i = 0; i < count; i++) {
            if (some[i] == '\n') {
                endLine();
            } else if (line.length() < MAX_LINE) {
                line.append(some[i]);
            } else {
                cut++;
            }
        }
    }

    private void endLine() {
        int length = line.length();
        if (cut > 0) {
            line.append(Messages.cut(cut));
        } else if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        take(line.toString());
        line.setLength(0);
        cut = 0;
    }

    private void take(String text) {
        synchronized (lastLines) {
            lastLines.add(text);
            if (lastLines.size() > LAST_LINES) {
                lastLines.remove();
            }
        }
        if (shown && limit.admits(System.nanoTime())) {
            tellHeldBack();
            log.accept(Messages.oneLine(text));
        }
    }

    private void tellHeldBack() {
        long held = limit.takeHeldBack();
        if (held > 0) {
            log.accept(Messages.linesHeldBack("worker " + worker + " printed", held));
        }
    }
}
