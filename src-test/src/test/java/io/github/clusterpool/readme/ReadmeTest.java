package io.github.clusterpool.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import io.github.clusterpool.PoolConfig;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What README.md and application.conf say is true: every snippet runs, and prints what stands below it. */
class ReadmeTest {
    private static final Path TOP = Path.of("..");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern CLASS = Pattern.compile("(?m)^public class (\\w+)");
    private static final String WRAPPED = """
            import io.github.clusterpool.Env;
            import io.github.clusterpool.FaultyPool;
            import io.github.clusterpool.Job;
            import io.github.clusterpool.JobFailedException;
            import io.github.clusterpool.JobOptions;
            import io.github.clusterpool.NotPortableException;
            import io.github.clusterpool.Pool;
            import io.github.clusterpool.PoolConfig;
            import io.github.clusterpool.Result;
            import io.github.clusterpool.Script;
            import io.github.clusterpool.Simplified;
            import java.net.http.HttpClient;
            import java.time.Duration;
            import java.util.Arrays;
            import java.util.Iterator;
            import java.util.List;
            import java.util.stream.Stream;
            import org.apache.pekko.actor.typed.ActorSystem;
            import org.apache.pekko.actor.typed.javadsl.Behaviors;

            public class Main {
                public static void main(String[] args) throws Exception {
            %s
                }
            }
            """;

    private record Snippet(int number, String code, String printed) {
        /** A snippet is a whole program, or statements, or statements on a pool that is open. */
        String program() {
            if (CLASS.matcher(code).find()) {
                return code;
            }
            boolean opens = code.contains("Pool pool =");
            return WRAPPED.formatted(opens ? code : "try (Pool pool = Pool.open(4)) {\n" + code + "}\n");
        }

        String className() {
            var name = CLASS.matcher(program());
            assertThat(name.find()).isTrue();
            return name.group(1);
        }
    }

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> snippets() throws IOException {
        List<MatchResult> fences = FENCE.matcher(Files.readString(TOP.resolve("README.md")))
                .results()
                .toList();
        var count = new AtomicInteger();
        return Stream.iterate(0, i -> i < fences.size(), i -> i + 1)
                .filter(i -> fences.get(i).group(1).equals("java"))
                .map(i -> {
                    boolean prints =
                            i + 1 < fences.size() && fences.get(i + 1).group(1).equals("text");
                    return new Snippet(
                            count.incrementAndGet(),
                            fences.get(i).group(2),
                            prints ? fences.get(i + 1).group(2) : "");
                })
                .map(snippet -> DynamicTest.dynamicTest(
                        snippet.number() + ": "
                                + snippet.code().lines().findFirst().orElse(""),
                        () -> check(snippet)));
    }

    private void check(Snippet snippet) throws Exception {
        var classes = compiled(snippet);

        var printed = run(snippet.className(), classes);

        assertThat(general(printed)).isEqualTo(general(snippet.printed()));
    }

    private Path compiled(Snippet snippet) throws IOException {
        var classes = Files.createDirectory(folder.resolve("snippet" + snippet.number()));
        var source = Files.writeString(classes.resolve(snippet.className() + ".java"), snippet.program());
        var errors = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        errors,
                        errors,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        assertThat(result)
                .as(errors.toString(StandardCharsets.UTF_8) + snippet.program())
                .isZero();
        return classes;
    }

    /** As if the program had been started with the folder on its class path, where its worker JVMs look as well. */
    private static String run(String name, Path classes) throws Exception {
        var thread = Thread.currentThread();
        var loader = thread.getContextClassLoader();
        var classPath = System.getProperty("java.class.path");
        var stdout = System.out;
        var printed = new ByteArrayOutputStream();
        try (var own = new URLClassLoader(new URL[] {classes.toUri().toURL()}, loader)) {
            thread.setContextClassLoader(own);
            System.setProperty("java.class.path", classPath + File.pathSeparator + classes);
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            own.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(stdout);
            System.setProperty("java.class.path", classPath);
            thread.setContextClassLoader(loader);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Which worker it was is chance. */
    private static String general(String text) {
        return text.replace("\r\n", "\n").replaceAll("worker \\d+", "worker #");
    }

    @Test
    void applicationConf_withEveryKeyUncommented_changesNothing() throws IOException {
        var text = Files.readString(TOP.resolve("application.conf"));
        var uncommented = text.replaceAll("(?m)^(\\s*)#(?=[a-z])", "$1");

        var config = inNoEnvironment(uncommented);

        assertThat(config.entrySet()).hasSizeGreaterThan(8);
        assertThat(inNoEnvironment(text).entrySet()).isEmpty();
        assertThat(PoolConfig.from(config)).isEqualTo(PoolConfig.from(ConfigFactory.empty()));
    }

    private static Config inNoEnvironment(String text) {
        return ConfigFactory.parseString(text).resolve(ConfigResolveOptions.noSystem());
    }
}
