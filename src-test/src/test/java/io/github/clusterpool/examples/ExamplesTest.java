package io.github.clusterpool.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example as its reader would, through the main class, and reads what it prints. */
class ExamplesTest {
    private final PrintStream stdout = System.out;
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(stdout);
        System.setErr(stderr);
    }

    @Test
    void quickStart_run_printsTheSession() throws Exception {
        assertThat(Main.run("QuickStart")).isZero();

        assertThat(lines(out).map(line -> line.replaceAll("on worker \\d", "on worker #")))
                .containsExactly(
                        "sapply   [43, 44, 45, 46, 47]",
                        "evalq    [84, 84, 84, 84]",
                        "script   [85, 86, 87, 88, 89]",
                        "lapply   {one=10}",
                        "map      [10, 40, 30, 80, 50]",
                        "call     [1, 2, 3, 4]",
                        "failure  1 of 3 elements failed; first: element 2 (0) on worker #:"
                                + " java.lang.ArithmeticException: / by zero",
                        "kept     2",
                        "kept     4",
                        "init     1 of 1 elements failed; first: element 0 (1) on worker #:"
                                + " io.github.clusterpool.code.UnsetVariableException: variable 'x' is not set on this worker;"
                                + " export it first, or give a default: x ?? 0 (line 1, column 10): i -> i + x");
    }

    @Test
    void messageClient_run_printsWhatEachJobGave() throws Exception {
        assertThat(Main.run("MessageClient")).isZero();

        assertThat(lines(out))
                .containsExactlyInAnyOrder(
                        "job 0 ended", "job 1 ended", "job 2: [84, 84, 84, 84]", "job 3: [43, 44, 45, 46, 47]");
    }

    @Test
    void fetchFiles_fewFiles_everyDigestMatches() throws Exception {
        assertThat(Main.run("FetchFiles", "80")).isZero();

        assertThat(lines(out).map(line -> line.replaceAll("\\d+\\.\\d+", "#").replaceAll(" +", " ")))
                .containsExactly(
                        "80 files, 8 worker JVMs", "one by one # s", "on the pool # s", "ratio #", "digests all match");
    }

    @Test
    void streamFiles_endlessSource_isReadABoundedNumberAhead() throws Exception {
        assertThat(Main.run("StreamFiles", "20000")).isZero();

        List<String> lines = lines(out).toList();
        assertThat(lines).hasSize(13);
        assertThat(lines.get(10)).matches(" +20,000 +[\\d,]+ +\\d+ MiB");
        assertThat(megabytes(lines.get(10)) - megabytes(lines.get(3)))
                .as("growth of the driver's heap")
                .isLessThan(16);
        assertThat(lines).endsWith("50 digests of 50 files", "bounded: true");
    }

    private static int megabytes(String line) {
        return Integer.parseInt(line.replaceAll(".* (\\d+) MiB", "$1"));
    }

    @Test
    void jarAudit_folderWithABrokenJar_tellsOfItAndOfTheOthers() throws Exception {
        jar("one.jar", "demo/A.class", 61, "demo/B.class", 65, "module-info.class", 70);
        jar("two.jar", "demo/A.class", 52, "notes.txt", 1);
        Files.writeString(folder.resolve("three.jar"), "no jar");

        assertThat(Main.run("JarAudit", folder.toString())).isZero();

        assertThat(lines(out).map(line -> line.replace(folder.toString(), "").replaceAll("worker \\d", "worker #")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("1 of 3 elements failed; first: element ")
                                .endsWith("on worker #: java.util.zip.ZipException: zip END header not found"),
                        line -> assertThat(line).isEmpty(),
                        line -> assertThat(line).isEqualTo("classes version sha-256  jar"),
                        line -> assertThat(line).matches(" {6}2 {6}65 [0-9a-f]{8} /one\\.jar"),
                        line -> assertThat(line).matches(" {6}1 {6}52 [0-9a-f]{8} /two\\.jar"),
                        line -> assertThat(line).isEqualTo("2 jars, 3 classes, 1 in several jars"),
                        line -> assertThat(line).isEqualTo("2 times demo/A.class"));
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(" of 3 jars");
    }

    @Test
    void shipCode_run_printsWhatClassesOnlyTheDriverHasGave() throws Exception {
        assertThat(Main.run("ShipCode")).isZero();

        assertThat(lines(out).map(line -> line.replaceAll("\\d+ bytes", "# bytes")))
                .containsExactly(
                        "7 %     [107, 214]",
                        "19 %     [119, 238]",
                        "library [one, two]",
                        "shipped demo.Price, # bytes",
                        "shipped io.github.clusterpool.examples.ShipCode, # bytes");
    }

    @Test
    void main_noName_listsAllExamples() throws Exception {
        assertThat(Main.run()).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("usage: java -jar clusterpool-examples.jar NAME", "QuickStart", "FetchFiles [COUNT]")
                .contains("JarAudit [FOLDER]", "MessageClient", "StreamFiles [COUNT]");
    }

    @Test
    void main_unknownName_saysWhichThereAre() throws Exception {
        assertThat(Main.run("SlowStart")).isEqualTo(2);

        assertThat(lines(err))
                .containsExactly(
                        "example must be one of FetchFiles, JarAudit, MessageClient, QuickStart, ShipCode, StreamFiles, got SlowStart");
    }

    @Test
    void sources_all_areShort() throws Exception {
        try (var sources = Files.list(Path.of("../examples/src/main/java/io/github/clusterpool/examples"))) {
            for (var source : sources.toList()) {
                assertThat(Files.readAllLines(source))
                        .as(source.toString())
                        .hasSizeLessThan(80)
                        .allMatch(line -> line.length() <= 120);
            }
        }
    }

    /** Entries with the version given, where a class file has its own. */
    private void jar(String name, Object... entries) throws Exception {
        try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            for (int i = 0; i < entries.length; i += 2) {
                jar.putNextEntry(new ZipEntry((String) entries[i]));
                jar.write(new byte[] {
                    (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, ((Integer) entries[i + 1]).byteValue()
                });
            }
        }
    }

    private static Stream<String> lines(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8).lines();
    }
}
