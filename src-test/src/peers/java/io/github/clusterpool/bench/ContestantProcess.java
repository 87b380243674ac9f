package io.github.clusterpool.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A contestant in a process of its own, which is told what to do by lines, whatever language it is written in. Who ends, or
 * takes too long for an answer, gets another process when it is asked again, with as many workers.
 */
final class ContestantProcess implements AutoCloseable {
    private static final String END = "";
    private static final Duration OPENS_WITHIN = Duration.ofSeconds(60);
    private static final int END_WITHIN_SECONDS = 15;

    private final String name;
    private final ProcessBuilder builder;
    private final File errors;
    private final Duration bound;
    private Process process;
    private Writer lines;
    private BlockingQueue<String> answers;
    private int workers;
    private String notOpen = "";

    private ContestantProcess(String name, List<String> command, Path folder, Duration bound) {
        this.name = name;
        this.bound = bound;
        this.errors = folder.resolve(name.replaceAll("\\W", "-") + ".err").toFile();
        this.builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors));
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    /** One of our classes. */
    static ContestantProcess java(String name, Class<? extends Contestant> type, Path folder, Duration bound) {
        List<String> arguments = new ArrayList<>(Ignite.OPTIONS);
        arguments.addAll(List.of("-Xmx2g", "-cp", System.getProperty("java.class.path")));
        arguments.addAll(List.of(ContestantMain.class.getName(), type.getSimpleName()));
        return new ContestantProcess(
                name, BareJvm.java(arguments.toArray(String[]::new)).command(), folder, bound);
    }

    /** A script among our resources. */
    static ContestantProcess script(
            String name, Path folder, Duration bound, String interpreter, String script, String... arguments)
            throws IOException {
        Path file = folder.resolve(script);
        try (InputStream in = ContestantProcess.class.getResourceAsStream(script)) {
            Files.write(file, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(interpreter, file.toString()));
        command.addAll(List.of(arguments));
        return new ContestantProcess(name, command, folder, bound);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** How many are open. */
    int workers() {
        return workers;
    }

    /** With so many workers; the answer is how long they took. */
    Answer open(int count) {
        workers = 0;
        notOpen = "";
        Answer told = tell("open " + count);
        Answer answer = told.isFailed() ? told : answer(OPENS_WITHIN);
        if (answer.isFailed()) {
            notOpen = "does not open: " + answer.error();
        } else {
            workers = count;
        }
        return answer;
    }

    Answer closeWorkers() {
        workers = 0;
        notOpen = "";
        return process != null && process.isAlive() ? ask("close") : Answer.NOTHING;
    }

    Answer ask(String line) {
        Answer told = tell(line);
        return told.isFailed() ? told : answer();
    }

    /** Without waiting for the answer; who has ended starts anew first. */
    Answer tell(String line) {
        if (!notOpen.isEmpty()) {
            return Answer.failed(notOpen);
        }
        try {
            if (process == null || !process.isAlive()) {
                start();
                Answer opened = workers == 0 ? Answer.NOTHING : open(workers);
                if (opened.isFailed()) {
                    return opened;
                }
            }
            lines.write(line + "\n");
            lines.flush();
            return Answer.NOTHING;
        } catch (IOException e) {
            return Answer.failed(e.toString());
        }
    }

    private void start() throws IOException {
        process = builder.start();
        lines = process.outputWriter(StandardCharsets.UTF_8);
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        answers = said;
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        Thread thread = new Thread(() -> {
            try (reader) {
                reader.lines().forEach(line -> said.add(line.isEmpty() ? "none" : line));
            } catch (IOException | UncheckedIOException e) {
                System.err.println(name + ": " + e); // as when it was killed
            } finally {
                said.add(END);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    Answer answer() {
        return answer(bound);
    }

    private Answer answer(Duration within) {
        try {
            String said = answers.poll(within.toMillis(), TimeUnit.MILLISECONDS);
            if (said == null) {
                end();
                return Answer.failed("> " + within.toSeconds() + " s");
            }
            return said.equals(END) ? Answer.failed("its process has ended: " + lastError()) : Answer.of(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.failed(e.toString());
        }
    }

    private String lastError() {
        try (Stream<String> all = Files.lines(errors.toPath(), StandardCharsets.ISO_8859_1)) {
            return all.filter(line -> !line.isBlank()).reduce("nothing on standard error", (before, line) -> line);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends it at once, and what it has started. */
    void end() {
        if (process != null) {
            List<ProcessHandle> all = process.descendants().toList();
            process.destroyForcibly().onExit().join();
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Ends it, and what it may have left. */
    @Override
    public void close() throws InterruptedException {
        if (process == null) {
            return;
        }
        List<ProcessHandle> all = process.descendants().toList();
        try {
            lines.close();
        } catch (IOException e) {
            System.err.println(name + ": " + e); // it has ended already
        }
        if (!process.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            end();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        process = null;
        workers = 0;
    }
}
