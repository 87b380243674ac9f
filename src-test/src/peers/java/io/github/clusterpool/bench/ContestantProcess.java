package io.github.clusterpool.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A contestant in a process of its own, which is told what to do by lines, whatever language it is written in. */
final class ContestantProcess implements AutoCloseable {
    /**
     * What it said.
     *
     * @param numbers nanoseconds mostly; none if it does not do that, or did it wrong
     * @param error why; empty if nothing went wrong
     */
    record Answer(long[] numbers, String error) {
        boolean isNone() {
            return numbers.length == 0;
        }
    }

    private final String name;
    private final Process process;
    private final Writer lines;
    private final BufferedReader answers;

    private ContestantProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.lines = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** One of our classes. */
    static ContestantProcess java(String name, Class<? extends Contestant> type) throws IOException {
        List<String> arguments = new ArrayList<>(Ignite.OPTIONS);
        arguments.addAll(List.of("-Xmx2g", "-cp", System.getProperty("java.class.path")));
        arguments.addAll(List.of(ContestantMain.class.getName(), type.getSimpleName()));
        return start(name, BareJvm.java(arguments.toArray(String[]::new)));
    }

    /** A script among our resources. */
    static ContestantProcess script(String name, Path folder, String interpreter, String script, String... arguments)
            throws IOException {
        Path file = folder.resolve(script);
        try (InputStream in = ContestantProcess.class.getResourceAsStream(script)) {
            Files.write(file, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(interpreter, file.toString()));
        command.addAll(List.of(arguments));
        return start(name, new ProcessBuilder(command));
    }

    private static ContestantProcess start(String name, ProcessBuilder builder) throws IOException {
        return new ContestantProcess(
                name,
                builder.redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** Whether a command can be run here. */
    static boolean isThere(String... command) throws IOException, InterruptedException {
        try {
            Process tried = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return tried.waitFor() == 0;
        } catch (IOException e) {
            return false; // no such command
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Says a line and waits for the answer. */
    Answer ask(String line) throws IOException {
        tell(line);
        return answer();
    }

    void tell(String line) throws IOException {
        lines.write(line + "\n");
        lines.flush();
    }

    Answer answer() throws IOException {
        String said = answers.readLine();
        if (said == null) {
            return new Answer(new long[0], "its process has ended");
        }
        if (said.startsWith("error")) {
            return new Answer(new long[0], said.substring("error".length()).strip());
        }
        return said.equals("none")
                ? new Answer(new long[0], "")
                : new Answer(
                        Stream.of(said.split(" "))
                                .filter(number -> !number.isEmpty())
                                .mapToLong(number -> (long) Double.parseDouble(number))
                                .toArray(),
                        "");
    }

    /** Ends it, and what it may have left. */
    @Override
    public void close() throws IOException, InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        lines.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
