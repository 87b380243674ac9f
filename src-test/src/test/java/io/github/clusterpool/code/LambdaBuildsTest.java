package io.github.clusterpool.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.code.LambdaSamples.Fun;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The caller's and the worker's side with class paths of their own. */
class LambdaBuildsTest {
    private static final String PLUS = "public static Fun<Integer, Integer> fn() { return i -> i + 1; }";
    private static final String MINUS = "public static Fun<Integer, Integer> fn() { return i -> i - 1; }";

    @TempDir
    Path folder;

    private final Lambdas lambdas = new Lambdas(Fun.class.getName()::equals);

    @Test
    void make_sameBuildInAnotherLoader_runsThere() throws Exception {
        var form = lambdas.take(fn(build("caller", PLUS)));
        var worker = build("worker", PLUS);

        var made = (Fun<?, ?>) lambdas.make(form, worker);

        assertThat(made.getClass().getClassLoader()).isSameAs(worker);
        assertThat(call(made, 4)).isEqualTo(5);
    }

    @Test
    void make_otherBuild_refusedBeforeAnyOfItRuns() throws Exception {
        var form = lambdas.take(fn(build("caller", PLUS)));
        var worker = build("worker", MINUS + " static { if (true) throw new Error(\"initialised\"); }");

        assertThatThrownBy(() -> lambdas.make(form, worker))
                .isInstanceOf(LambdaException.OtherBuild.class)
                .hasMessageMatching("class demo.Main must be the same build on both sides, got "
                        + HexFormat.of().formatHex(form.digest(), 0, 4)
                        + " from the caller and [0-9a-f]{8} here; restart the workers with the caller's build");
    }

    @Test
    void make_classNotThere_refused() throws Exception {
        var form = lambdas.take(fn(build("caller", PLUS)));

        assertThatThrownBy(() -> lambdas.make(form, getClass().getClassLoader()))
                .isInstanceOf(LambdaException.ClassMissing.class)
                .hasMessage(
                        "class demo.Main must be loadable on this side to run its lambda, got"
                                + " java.lang.ClassNotFoundException: demo.Main; put the caller's jar on the worker's class path");
    }

    @Test
    void make_capturedClassNotThere_refused() throws Exception {
        var body = "static class Own { int n = 1; } public static Fun<Integer, Integer> fn() { var own = new Own();"
                + " return i -> i + own.n; }";
        var form = lambdas.take(fn(build("caller", body)));
        var worker = compile("worker", body);
        Files.delete(worker.resolve("demo/Main$Own.class"));

        assertThatThrownBy(() -> lambdas.make(form, loader(worker)))
                .isInstanceOf(LambdaException.ClassMissing.class)
                .hasMessageContaining("got java.lang.NoClassDefFoundError: demo/Main$Own;");
    }

    @Test
    void make_classFailsToInitialise_refused() throws Exception {
        var body =
                PLUS + " static { if (Main.class.getResource(\"/fail\") != null) throw new IllegalStateException(); }";
        var form = lambdas.take(fn(build("caller", body)));
        var worker = compile("worker", body);
        Files.createFile(worker.resolve("fail"));

        assertThatThrownBy(() -> lambdas.make(form, loader(worker)))
                .isInstanceOf(LambdaException.ClassMissing.class)
                .hasMessageContaining("got java.lang.ExceptionInInitializerError;");
    }

    @Test
    void make_classWithoutLambdas_refused() throws Exception {
        var form = lambdas.take(fn(build("caller", PLUS)));
        var worker = build("worker", "");

        assertThatThrownBy(() -> lambdas.make(form, worker))
                .isInstanceOf(LambdaException.NotMadeThere.class)
                .hasMessageContaining("got no such method");
    }

    @Test
    void take_classInMemoryOnly_refused() throws Exception {
        var loader = new InMemory(Files.readAllBytes(compile("caller", PLUS).resolve("demo/Main.class")));

        assertThatThrownBy(() -> lambdas.take(fn(loader)))
                .isInstanceOf(LambdaException.Unreadable.class)
                .hasMessage("class demo.Main must be readable for its lambda to travel, got no bytes from its class"
                        + " loader; compile it to a class file, or send the function as a script");
    }

    @Test
    void take_twice_readsTheClassOnce() throws Exception {
        var folderOfCaller = compile("caller", PLUS);
        var fn = fn(loader(folderOfCaller));
        var first = lambdas.take(fn);

        Files.delete(folderOfCaller.resolve("demo/Main.class"));

        assertThat(lambdas.take(fn).digest()).isEqualTo(first.digest());
    }

    private ClassLoader build(String name, String body) throws IOException {
        return loader(compile(name, body));
    }

    private ClassLoader loader(Path classes) throws IOException {
        return new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    }

    private Path compile(String name, String body) throws IOException {
        var classes = Files.createDirectories(folder.resolve(name));
        var source = classes.resolve("Main.java");
        Files.writeString(
                source,
                "package demo; import " + Fun.class.getCanonicalName() + "; public class Main { " + body + " }");
        var arguments =
                List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), source.toString());
        var result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).isZero();
        return classes;
    }

    private static Object fn(ClassLoader loader) throws ReflectiveOperationException {
        return loader.loadClass("demo.Main").getMethod("fn").invoke(null);
    }

    @SuppressWarnings("unchecked")
    private static Object call(Fun<?, ?> fn, Object value) throws Exception {
        return ((Fun<Object, Object>) fn).apply(value);
    }

    /** Defines demo.Main from bytes it gives to nobody. */
    private static final class InMemory extends ClassLoader {
        InMemory(byte[] main) {
            super(LambdaBuildsTest.class.getClassLoader());
            defineClass("demo.Main", main, 0, main.length);
        }
    }
}
