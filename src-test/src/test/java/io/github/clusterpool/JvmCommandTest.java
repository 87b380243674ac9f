package io.github.clusterpool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmCommandTest {
    @TempDir
    Path work;

    @Test
    void line_userOptions_standLastBeforeTheClassPath() throws IOException {
        var line = JvmCommand.of(Jdk.ofDriver(), "demo.Main", List.of("-Xmx1g", "-Da=b"))
                .line(List.of("-first"), "--train");

        assertThat(line).startsWith(System.getProperty("java.home") + "/bin/java", "-first");
        assertThat(line).containsSubsequence("-XX:+UseSerialGC", "-Xmx1g", "-Da=b", "-cp", "demo.Main", "--train");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx16m", "-XX:MaxHeapFreeRatio=50", "-XX:MinHeapFreeRatio=60"})
    void line_userSetsTheHeap_isAJvmThatStarts(String option) throws Exception {
        var command = JvmCommand.of(Jdk.ofDriver(), Echo.class.getName(), List.of(option));

        var process = new ProcessBuilder(command.line(List.of()))
                .redirectErrorStream(true)
                .start();
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(printed.strip()).isEqualTo(command.classPath().toString());
    }

    @Test
    void line_classPathLongerThanOneArgument_goesIntoAFileThatJavaReads() throws Exception {
        var entries = new ArrayList<Path>();
        for (int i = 0; i < 600; i++) {
            entries.add(Files.createDirectories(work.resolve(("with space \\ and \" " + i).concat("x".repeat(200)))));
        }
        entries.addAll(ClassPath.ofDriver().entries());
        var command =
                JvmCommand.of(Jdk.ofDriver(), Echo.class.getName(), List.of()).with(new ClassPath(entries));

        var line = command.line(List.of());
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(line).noneMatch(argument -> argument.length() > 100_000);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(printed.strip()).isEqualTo(command.classPath().toString());
    }

    @Test
    void hasHugePages_onlyWhereTheSystemGivesThem() throws IOException {
        Path setting = work.resolve("enabled");

        assertThat(JvmCommand.hasHugePages(setting)).isFalse(); // not Linux, or one built without them
        assertThat(JvmCommand.hasHugePages(Files.writeString(setting, "always madvise [never]\n")))
                .isFalse();
        assertThat(JvmCommand.hasHugePages(Files.writeString(setting, "always [madvise] never\n")))
                .isTrue();
        assertThat(JvmCommand.hasHugePages(Files.writeString(setting, "[always] madvise never\n")))
                .isTrue();
    }

    /** Prints its class path. */
    static final class Echo {
        public static void main(String[] args) {
            System.out.println(System.getProperty("java.class.path"));
        }
    }
}
