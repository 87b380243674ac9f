package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Takes a check out of the production code and expects the simulation to notice that a promise is broken. */
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class MutantsTest {
    /** Few: {@link SimulationTest} goes through all that the mutants meet. */
    private static final int SEEDS = 200;

    /** For mutants whose own seed does not notice them any more, as the stories have changed. */
    private static final int MUTANT_SEEDS = 20_000;

    private static final Path SOURCES = Path.of("..", "core", "src", "main", "java");
    private static final Path ROOT = Path.of("io", "github", "clusterpool");

    /**
     * A change of one source file.
     *
     * @param seed of a story in which it is noticed, told before all others
     * @param noticed begins what the simulation may say
     */
    private record Mutant(
            String name, long seed, String file, List<String> snippets, List<String> instead, String noticed) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Mutant mutant(String name, long seed, String file, String snippet, String instead, String noticed) {
        return new Mutant(name, seed, file, List.of(snippet), List.of(instead), noticed);
    }

    @TempDir
    Path folder;

    static Stream<Mutant> mutants() {
        return Stream.of(
                // the attempt alone guards nothing: the numbers of the run and of the worker's life tell the same
                new Mutant(
                        "an answer counts whichever attempt and life it comes from",
                        1,
                        "state/Tasks.java",
                        List.of(
                                "WorkerSlot slot = roster.find(answer.ref());",
                                "Flight flight = slot == null ? null : slot.flight(answer.run());\n"
                                        + "        if (slot == null || flight == null || !matches(",
                                "                && flight.chunk.attempt() == answer.attempt()\n"),
                        List.of("TaskJob its = jobs.get(answer.job());", """
                                Flight flight = its == null ? null : its.flights.stream()
                                        .filter(each -> each.next() == answer.first()).findFirst().orElse(null);
                                WorkerSlot slot = flight == null ? null : flight.slot;
                                if (slot == null || flight == null || !matches(\
                                """, ""),
                        "stale answer|second outcome|never end|a task's job failed"),
                mutant(
                        "a worker runs tasks of epochs that it has not applied",
                        30,
                        "state/WorkerSlot.java",
                        "return applied >= epoch && failedAt.floor(epoch) == null;",
                        "return true;",
                        "must see"),
                mutant(
                        "credit is not given back when a worker is lost",
                        0,
                        "state/Tasks.java",
                        "            roster.remove(slot, flight);\n            if (flight.isCancelled()) {\n",
                        "            if (flight.isCancelled()) {\n",
                        "never end|at rest|tasks are queued|second outcome"),
                mutant(
                        "a late answer counts after a cancel",
                        0,
                        "state/Tasks.java",
                        "        if (!flight.isCancelled()) {\n            take(flight, answer);",
                        "        if (true) {\n            take(flight, answer);",
                        "tasks are queued|after its end|never end"),
                mutant(
                        "a message that comes twice is taken in twice",
                        1018,
                        "Inbox.java",
                        "        if (number <= received) {\n            return false;",
                        "        if (number <= received) {\n            received = number - 1;",
                        "started|never end|second outcome|must see"),
                mutant(
                        "a chunk for a worker's last life runs in the next",
                        10,
                        "Worker.java",
                        "if (run.chunk().ref().equals(identity.ref())) {",
                        "if (run.chunk().ref().isSameStart(identity.ref())) {",
                        "started|must see"),
                mutant(
                        "a worker begins what it has given back",
                        0,
                        "ChunkRun.java",
                        "            return element < end;\n        }",
                        "            return element < chunk.count();\n        }",
                        "never end|started|second outcome"),
                mutant(
                        "tasks without retries wait behind others",
                        4069,
                        "state/JobRules.java",
                        "return retries > 0 && ",
                        "return ",
                        "started 2 times, with 0 retries"));
    }

    @ParameterizedTest
    @MethodSource
    void mutants(Mutant mutant) throws Exception {
        compile(mutated(mutant));

        List<String> said = simulate(MUTANT_SEEDS, mutant.seed());

        assertThat(said).isNotEmpty();
        assertThat(said.get(0)).startsWith("seed ").containsPattern(mutant.noticed());
    }

    @Test
    void noMutant_sameSeeds_keepEveryPromise() throws Exception {
        assertThat(simulate(SEEDS)).containsExactly(SEEDS + " seeds keep every promise");
    }

    private Path mutated(Mutant mutant) throws IOException {
        String source = Files.readString(SOURCES.resolve(ROOT).resolve(mutant.file()));
        for (int i = 0; i < mutant.snippets().size(); i++) {
            String snippet = mutant.snippets().get(i);
            assertThat(source.split(Pattern.quote(snippet), -1))
                    .as("places with %s in %s", snippet, mutant.file())
                    .hasSize(2);
            source = source.replace(snippet, mutant.instead().get(i));
        }
        Path file = folder.resolve("src").resolve(mutant.file());
        Files.createDirectories(file.getParent());
        return Files.writeString(file, source);
    }

    private void compile(Path file) throws IOException {
        Files.createDirectories(classes());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of("-proc:none", "-nowarn", "-parameters", "-d", classes().toString(), "-cp", classPath());
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(file))
                            .call())
                    .isTrue();
        }
    }

    private List<String> simulate(int seeds, long... first) throws Exception {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        line.addAll(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes() + File.pathSeparator + classPath()));
        line.addAll(List.of(SimulationMain.class.getName(), String.valueOf(seeds)));
        LongStream.of(first).mapToObj(String::valueOf).forEach(line::add);
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var output = process.inputReader()) {
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
