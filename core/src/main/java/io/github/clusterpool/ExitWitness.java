package io.github.clusterpool;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Prints, as a worker JVM goes, who ended it by {@link System#exit}, for its death certificate. */
final class ExitWitness {
    static final String MARK = "clusterpool: System.exit called in ";

    private ExitWitness() {}

    /** For all ends but halt, signals that kill, and crashes. */
    static void watch() {
        Runtime.getRuntime().addShutdownHook(new Thread(ExitWitness::testify, "clusterpool-exit"));
    }

    private static void testify() {
        Thread.getAllStackTraces().values().stream()
                .map(ExitWitness::caller)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(ExitWitness::print);
    }

    /** The place that called exit, if this stack is of the thread that waits for the shutdown hooks. */
    static Optional<String> caller(StackTraceElement[] stack) {
        List<StackTraceElement> frames = Arrays.asList(stack);
        boolean waits =
                frames.stream().anyMatch(frame -> frame.getClassName().equals("java.lang.ApplicationShutdownHooks"));
        return !waits
                ? Optional.empty()
                : frames.stream()
                        .dropWhile(frame -> !isExit(frame))
                        .dropWhile(ExitWitness::isExit)
                        .findFirst()
                        .filter(frame -> !frame.getClassName().equals(WorkerMain.class.getName()))
                        .map(ExitWitness::place);
    }

    /** As in a stack trace, without the name of the class loader. */
    private static String place(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    private static boolean isExit(StackTraceElement frame) {
        return frame.getMethodName().equals("exit")
                && List.of("java.lang.Runtime", "java.lang.System").contains(frame.getClassName());
    }

    /** Past System.err, which user code may have closed or replaced. */
    @SuppressWarnings("DefaultCharset") // the driver reads what any process prints in that
    private static void print(String caller) {
        try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
            err.write((MARK + caller + System.lineSeparator()).getBytes(Charset.defaultCharset()));
        } catch (IOException e) {
            // nobody listens any more
        }
    }
}
