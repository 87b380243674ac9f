package io.github.clusterpool;

import java.io.Console;
import java.io.PrintStream;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A bar on the terminal: {@code pool.with(JobOptions.onProgress(ProgressBar.to(System.err)))}. It begins with a job's first
 * step and ends with its last one; a job that is cancelled, and a stream, leave it as it is until {@link #close} or the
 * next job. Prints nothing where the JVM has no terminal. Thread-safe.
 *
 * <p>Needs {@code me.tongfei:progressbar} on the class path, which clusterpool does not bring along.
 */
public final class ProgressBar implements Consumer<Progress>, AutoCloseable {
    private static final int COLUMNS = 100;
    private static final int UPDATE_MILLIS = 200;

    private final PrintStream out;
    private final @Nullable ProgressBarStyle style;
    private @Nullable Line line;
    private me.tongfei.progressbar.@Nullable ProgressBar bar;
    private @Nullable Progress last;

    /** Silent if the style is null. */
    ProgressBar(PrintStream out, @Nullable ProgressBarStyle style) {
        this.out = out;
        this.style = style;
    }

    /**
     * A bar for the jobs of one view of a pool, one after the other.
     *
     * @throws IllegalStateException if there is a terminal, but {@code me.tongfei:progressbar} is not on the class path
     */
    public static ProgressBar to(PrintStream out) {
        Check.given(out, "out");
        try {
            return new ProgressBar(out, isTerminal(System.console()) ? ProgressBarStyle.ASCII : null);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(Messages.noProgressBar(), e);
        }
    }

    /** From JDK 22 on there is a console also where there is no terminal. */
    static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true; // an older JDK
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    @Override
    public synchronized void accept(Progress progress) {
        if (style == null || isTold(progress)) {
            return;
        }
        if (last != null && progress.done() < last.done()) {
            close(); // another job
        }
        me.tongfei.progressbar.ProgressBar shown = bar == null ? begin(style) : bar;
        bar = shown;
        last = progress;
        shown.maxHint(progress.total() > 0 ? progress.total() : -1);
        shown.stepTo(progress.done());
        shown.setExtraMessage(Messages.progress(progress));
        if (progress.done() == progress.total()) {
            close();
        }
    }

    /** The end of a job is told twice: with its last outcome, and as such. */
    private boolean isTold(Progress progress) {
        return last != null
                && bar == null
                && last.done() == progress.done()
                && last.total() == progress.total()
                && progress.done() == progress.total();
    }

    private me.tongfei.progressbar.ProgressBar begin(ProgressBarStyle chosen) {
        Line begun = new Line(out);
        line = begun;
        return new ProgressBarBuilder()
                .setTaskName("tasks")
                .setStyle(chosen)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setMaxRenderedLength(COLUMNS)
                .setConsumer(begun)
                .build();
    }

    /** Ends the bar's line. */
    @Override
    public synchronized void close() {
        me.tongfei.progressbar.ProgressBar shown = bar;
        Line ending = line;
        bar = null;
        line = null;
        if (shown != null && ending != null) {
            shown.refresh();
            shown.close();
            ending.close(); // the library does so on a thread of its own, and does not wait for that in every case
        }
    }

    /** One line of the terminal, which ends once, and with which nobody has anything to do then. */
    private static final class Line extends ConsoleProgressBarConsumer {
        private boolean ended;

        Line(PrintStream out) {
            super(out, COLUMNS);
        }

        @Override
        public synchronized void accept(String text) {
            if (!ended) {
                super.accept(text);
            }
        }

        @Override
        public synchronized void close() {
            if (!ended) {
                ended = true;
                super.close();
            }
        }
    }
}
