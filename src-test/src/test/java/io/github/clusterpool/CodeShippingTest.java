package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.code.Evaluator;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets classes, and jars as a whole. */
class CodeShippingTest {
    @TempDir
    Path folder;

    @Test
    void off_classThatTheWorkerLacks_isRefusedByName() {
        try (Pool pool = Pool.open(PoolConfig.processes(1).codeShipping(CodeShipping.OFF))) {
            var error = failure(JobFailedException.class, pool.lapply(List.of(1), ShippingTest.plus(1)));

            assertThat(error.getCause())
                    .isInstanceOf(ClassMissingException.class)
                    .hasMessageEndingWith(
                            "class demo.Main must be loadable on this side to run its lambda, got"
                                    + " java.lang.ClassNotFoundException: demo.Main; put the caller's jar on the worker's class path");
            assertThat(pool.code()).isEmpty();
        }
    }

    @Test
    void jars_thatTheDriverLacks_areWholeOnTheWorker() throws Exception {
        var classes = Compiled.of("public class Main { static int value() { return 7; } }", ShippingTest.SHOUT)
                .with("META-INF/services/" + Evaluator.class.getName(), "demo.Shout".getBytes(UTF_8))
                .writeTo(Files.createDirectory(folder.resolve("classes")));
        Files.write(
                classes.resolve("large.bin"),
                new java.util.Random(1)
                        .doubles(50_000)
                        .mapToObj(Double::toString)
                        .toList());
        var jar = JarFixture.packed(folder.resolve("lib.jar"), List.of(classes));
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        try (Pool pool = Pool.open(PoolConfig.processes(1).jars(jar).jvmOptions("-Djava.io.tmpdir=" + temporary))) {
            Fn0<String> fn = () -> {
                var loader = Thread.currentThread().getContextClassLoader();
                int value = Compiled.call(loader, "Main", "value");
                return value + " " + loader.getResource("large.bin").getProtocol();
            };

            assertThat(value(pool.call(fn))).containsExactly("7 jar");
            assertThat(value(pool.call(scriptOfLanguageIn(jar)))).isEqualTo(List.of("HELLO!"));
            assertThat(pool.code()).singleElement().satisfies(shipped -> {
                assertThat(shipped.name()).isEqualTo("lib.jar");
                assertThat(shipped.size()).isEqualTo(Files.size(jar)).isGreaterThan(3 * CodeServer.PIECE_BYTES);
                assertThat(shipped.origin()).isEqualTo(jar.toUri().toString());
            });
            assertThat(folders(temporary)).hasSize(1);

            // killed, it cannot tidy up; the next one does
            ProcessHandle.of(pool.status().workers().get(0).pid()).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(value(pool.call(fn))).containsExactly("7 jar");
            assertThat(folders(temporary)).hasSize(1);
        }
        Patience.await().until(() -> folders(temporary).isEmpty());
    }

    private static List<Path> folders(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("clusterpool-jars-"))
                    .toList();
        }
    }

    @Test
    void jars_inProcess_areThereAsWell() throws Exception {
        var classes = Compiled.of("public class Main { static int value() { return 7; } }")
                .writeTo(Files.createDirectory(folder.resolve("classes")));
        var jar = JarFixture.packed(folder.resolve("lib.jar"), List.of(classes));
        try (Pool pool = Pool.open(PoolConfig.inProcess(1).jars(jar))) {
            Fn0<Integer> fn = () -> Compiled.call(Thread.currentThread().getContextClassLoader(), "Main", "value");

            assertThat(value(pool.call(fn))).containsExactly(7);
        }
    }

    private static Fn0<Object> scriptOfLanguageIn(Path jar) throws Exception {
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, Script.class.getClassLoader())) {
            return ShippingTest.inContext(loader, () -> Script.fn0("#!shout hello"));
        }
    }

    @Test
    void config_thatCannotWork_isRefused() throws IOException {
        var isolated = PoolConfig.processes(1).isolated();

        assertThatThrownBy(() -> isolated.codeShipping(CodeShipping.OFF))
                .hasMessage(
                        "clusterpool.processes.isolated must be off where clusterpool.code-shipping is off, got on");
        Path file = Files.createFile(folder.resolve("some.jar"));
        assertThatThrownBy(() -> PoolConfig.processes(1).jars(file).codeShipping(CodeShipping.OFF))
                .hasMessage(
                        "clusterpool.jars must be empty where clusterpool.code-shipping is off, got [" + file + "]");
        assertThatThrownBy(() -> isolated.jars(folder.resolve("none.jar")))
                .hasMessage("clusterpool.jars must be files, got " + folder.resolve("none.jar"));
    }
}
