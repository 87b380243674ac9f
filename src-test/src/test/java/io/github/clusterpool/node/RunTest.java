package io.github.clusterpool.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line through its own entry, and once as the process it is for its user. */
class RunTest {
    private final InputStream stdin = System.in;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @AfterEach
    void giveInputBack() {
        System.setIn(stdin);
    }

    @Test
    void run_file_printsOneResultPerLineInOrder() throws Exception {
        var file = folder.resolve("words.txt");
        Files.writeString(file, "eins\nzwei\ngrün\n");

        assertThat(clusterpool("run", "--in-process", "--workers", "3", "line -> line.toUpperCase()", file.toString()))
                .isZero();

        assertThat(out.toString().lines()).containsExactly("EINS", "ZWEI", "GRÜN");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void run_someLinesFail_namesThemAndKeepsTheRest() {
        input("4\nx\n\n6\n");

        assertThat(clusterpool("run", "--in-process", "line -> line == '' ? null : line * 2"))
                .isEqualTo(1);

        assertThat(out.toString()).isEqualTo("8\n\n\n12\n".replace("\n", System.lineSeparator()));
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("line 2: script failed, got ")
                .endsWith(": line -> line == '' ? null : line * 2");
    }

    @Test
    void run_noLines_printsNothing() {
        input("");

        assertThat(clusterpool("run", "--in-process", "line -> line")).isZero();

        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            line -> line.length()        | 5,5,12
            line -> sqrt(line.length())  | 2.23606797749979,2.23606797749979,3.4641016151377544
            line -> line.toUpperCase()   | 'ONE,1','TWO,2','THREE,3,DREI'
            line -> line.split(',')[1]   | 1,2,3
            """)
    void run_scriptsOfTheHelp_work(String script, String expected) {
        input("one,1\ntwo,2\nthree,3,drei\n");

        assertThat(clusterpool("run", "--in-process", script)).isZero();

        assertThat(String.join(",", out.toString().lines().toList())).isEqualTo(expected.replace("'", ""));
    }

    @Test
    void run_badUsage_saysWhatAndExitsWith2() {
        input("1\n");

        assertRefused("a command must be given, got none\n(see clusterpool --help)");
        assertRefused("Missing required parameter: 'SCRIPT'\n(see clusterpool run --help)", "run");
        assertRefused(
                "a pool that is on the cluster has its workers, so --pool must come without --workers, --in-process and"
                        + " --jvm-option\n(see clusterpool run --help)",
                "run",
                "--pool",
                "images",
                "--workers",
                "2",
                "line -> line");
        assertRefused(
                "clusterpool.name must be an identifier (letters, digits, _ and $, no digit first), got 'my pool'\n"
                        + "(see clusterpool run --help)",
                "run",
                "--pool",
                "my pool",
                "line -> line");
        assertRefused(
                "script must parse, got parsing error in '+' (line 1, column 14): line -> line +* 2\n"
                        + "(see clusterpool run --help)",
                "run",
                "line -> line +* 2");
        assertRefused(
                "function must take 1 argument, got 2: (a, b) -> a\n(see clusterpool run --help)",
                "run",
                "(a, b) -> a");
        assertRefused(
                "clusterpool.workers must be at least 1, got 0\n(see clusterpool run --help)",
                "run",
                "--workers",
                "0",
                "x -> x");
        assertRefused(
                "FILE must be readable as UTF-8, got java.nio.file.NoSuchFileException: none\n"
                        + "(see clusterpool run --help)",
                "run",
                "x -> x",
                "none");
        assertRefused("Unknown option: '--worker'\n(see clusterpool run --help)", "run", "--worker", "x -> x", "file");
    }

    private void assertRefused(String message, String... args) {
        err.getBuffer().setLength(0);

        assertThat(clusterpool(args)).isEqualTo(2);

        assertThat(err.toString().replace("\r\n", "\n")).isEqualTo(message + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void run_jvmThatCannotStart_exitsWith3AndTellsWhatItSaid() {
        input("1\n");

        assertThat(clusterpool("run", "--workers", "1", "--jvm-option", "-Xbogus", "x -> x"))
                .isEqualTo(3);

        assertThat(err.toString())
                .startsWith("clusterpool: pool 'default' has no worker that starts: ")
                .contains("Unrecognized option: -Xbogus");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void help_asked_showsExamples() {
        assertThat(clusterpool("run", "--help")).isZero();

        assertThat(out.toString()).contains("Usage: clusterpool run ", "Examples:", "seq 5 | clusterpool run");
    }

    @Test
    void version_asked_namesTheProgram() {
        assertThat(clusterpool("--version")).isZero();

        assertThat(out.toString()).startsWith("clusterpool ");
    }

    @Test
    void process_workerJvms_printsResultsAndNothingElse() throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogback.configurationFile=logback.xml"));
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // or the JVM itself warns of Pekko's use
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("run", "--workers", "2", "--jvm-option=-Xmx64m", "line -> line.toUpperCase()"));
        var process = new ProcessBuilder(command)
                .redirectError(folder.resolve("err").toFile())
                .start();
        try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write("eins\ngrün\n\n");
        }

        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("err")).isEmptyFile();
        assertThat(printed.lines()).containsExactly("EINS", "GRÜN", "");
        assertThat(process.exitValue()).isZero();
    }

    private void input(String text) {
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private int clusterpool(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
