package io.github.clusterpool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real JVMs: what must be true is that classes come out of the archive, and that nothing ever fails because of it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassArchiveTest {
    @TempDir
    static Path shared;

    private static Path classes;

    @TempDir
    Path work;

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void packClasses() throws IOException {
        var folders = ClassPath.ofDriver().entries().stream()
                .filter(Files::isDirectory)
                .toList();
        classes = JarFixture.packed(shared.resolve("classes.jar"), folders);
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void train_ended_classesComeFromTheArchive() throws Exception {
        var archive = archive(TrainingMain.class);
        assertThat(archive.ready()).isEmpty();

        assertThat(end(archive.train().orElseThrow())).isZero();

        assertThat(archive.ready()).isPresent();
        assertThat(run(archive, "-Xlog:class+load:stdout", "--once"))
                .contains("io.github.clusterpool.TrainingMain source: shared objects file (top)")
                .contains("org.apache.pekko.remote.artery.tcp.ArteryTcpTransport source: shared objects file (top)")
                .doesNotContain("ArteryTcpTransport source: jar");
        assertThat(archive.train()).isEmpty();
        assertThat(files()).containsExactlyInAnyOrder(name(archive.ready().orElseThrow()), "training.lock");
    }

    @Test
    void train_jarChangesAfterwards_isNotReadyAndAnOlderArchiveIsSilent() throws Exception {
        var archive = archive(Hello.class);
        end(archive.train().orElseThrow());
        Files.setLastModifiedTime(classes, FileTime.fromMillis(1_000));

        assertThat(archive(Hello.class).ready()).isEmpty();
        assertThat(run(archive, "-Da=b")).isEqualTo("hello");
    }

    @Test
    void line_archiveDeletedAfterwards_startsSilently() throws Exception {
        var archive = archive(Hello.class);
        end(archive.train().orElseThrow());
        var line = archive.line();
        Files.delete(archive.ready().orElseThrow());

        assertThat(run(line)).isEqualTo("hello");
    }

    @Test
    void ready_archiveDamaged_isEmptyAndTheWorkerStarts() throws Exception {
        var trained = archive(Hello.class);
        end(trained.train().orElseThrow());
        try (var file = new RandomAccessFile(trained.ready().orElseThrow().toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(new byte[5_000]);
        }

        var archive = archive(Hello.class);

        assertThat(archive.ready()).isEmpty();
        assertThat(run(archive, "-Da=b")).isEqualTo("hello");
    }

    @Test
    void train_twice_makesOneArchive() throws Exception {
        var first = archive(Hello.class).train().orElseThrow();
        var second = archive(Hello.class).train().orElseThrow();

        assertThat(List.of(end(first), end(second))).containsExactly(0, 0);
        assertThat(files()).hasSize(2);
        assertThat(archive(Hello.class).ready()).isPresent();
    }

    @Test
    void train_killed_leavesNothingHalfMade() throws Exception {
        var archive = archive(Sleeper.class);
        var training = archive.train().orElseThrow();
        Awaitility.await().until(() -> Files.exists(work.resolve("training.lock")));

        training.destroyForcibly();
        end(training);

        Awaitility.await().untilAsserted(() -> assertThat(files()).containsExactly("training.lock"));
        assertThat(archive.ready()).isEmpty();
    }

    @Test
    void train_warmUpFails_isNotTriedAgain() throws Exception {
        var archive = archive(Failing.class);

        assertThat(end(archive.train().orElseThrow())).isEqualTo(1);

        assertThat(archive.train()).isEmpty();
        assertThat(archive.ready()).isEmpty();
    }

    @Test
    void train_folderNotWritable_isEmpty() throws Exception {
        var notAFolder = Files.writeString(work.resolve("file"), "");

        var archive = ClassArchive.of(command(Hello.class), new ArchiveFolder(notAFolder.resolve("clusterpool")));

        assertThat(archive.train()).isEmpty();
        assertThat(archive.ready()).isEmpty();
        assertThat(run(archive, "-Da=b")).isEqualTo("hello");
    }

    @Test
    void of_mainInADirectory_isNeverTrained() {
        var command = JvmCommand.of(Jdk.ofDriver(), TrainingMain.class.getName(), List.of());

        assertThat(ClassArchive.of(command, new ArchiveFolder(work)).train()).isEmpty();
    }

    @Test
    void train_directoryAheadOfTheJars_runsWithItBehindThem() throws Exception {
        var directory = JarFixture.folder(work.resolve("classes"), "demo/Main.class");
        var entries = new ArrayList<>(List.of(directory));
        entries.addAll(command(Hello.class).classPath().entries());
        var folder = new ArchiveFolder(work.resolve("cache"));
        var archive = ClassArchive.of(command(Hello.class).with(new ClassPath(entries)), folder);

        end(archive.train().orElseThrow());

        assertThat(archive.line()).anyMatch(argument -> argument.endsWith(File.pathSeparator + directory));
        assertThat(run(archive, "-Xlog:class+load:stdout"))
                .contains("ClassArchiveTest$Hello source: shared objects file (top)");
    }

    private ClassArchive archive(Class<?> main) {
        return ClassArchive.of(command(main), new ArchiveFolder(work));
    }

    private static JvmCommand command(Class<?> main) {
        var entries = new ArrayList<>(ClassPath.ofDriver().jars());
        entries.add(classes);
        return JvmCommand.of(Jdk.ofDriver(), main.getName(), List.of()).with(new ClassPath(entries));
    }

    private String run(ClassArchive archive, String option, String... arguments) throws Exception {
        var line = new ArrayList<>(archive.line(arguments));
        line.add(line.indexOf("-cp"), option);
        return run(line);
    }

    private String run(List<String> line) throws Exception {
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        started.add(process);
        var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(end(process)).isZero();
        return output;
    }

    private int end(Process process) throws InterruptedException {
        started.add(process);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(work)) {
            return files.map(ClassArchiveTest::name).toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** A worker that needs nothing. */
    static final class Hello {
        public static void main(String[] args) {
            System.out.println("hello");
        }
    }

    /** A warm-up that never ends. */
    static final class Sleeper {
        public static void main(String[] args) throws InterruptedException {
            Thread.currentThread().join();
        }
    }

    /** A warm-up that fails. */
    static final class Failing {
        @SuppressWarnings("DoNotCallSuggester") // it is called, by the training
        public static void main(String[] args) {
            throw new IllegalStateException("no warm-up today");
        }
    }
}
