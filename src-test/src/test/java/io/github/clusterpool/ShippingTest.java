package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.clusterpool.code.Evaluator;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;

/** Classes that are not on the class path, but were made at run time, reach the workers as they are needed. */
interface ShippingTest extends PoolCase {
    String PLUS = "public class Main { static int by() { return %d; }"
            + " public static Fn<Integer, Integer> fn() { return i -> i + by(); } }";

    /** The same, and leaves a trace of its loader in what all loaders of a JVM share. */
    String REMEMBERED =
            "public class Main { public record Item(int n) {} public static Object item() { return new Item(1); }"
                    + " static synchronized void remember() {"
                    + "   var all = (List<Object>) System.getProperties().computeIfAbsent(\"redeployed\", key -> new ArrayList<Object>());"
                    + "   synchronized (all) { all.add(new java.lang.ref.WeakReference<>(Main.class.getClassLoader())); } }"
                    + " public static Fn<Integer, Integer> fn() { return i -> { remember(); return i + Integer.parseInt(\"100\"); }; } }";

    String SHOUT = "public class Shout implements io.github.clusterpool.code.Evaluator {"
            + " public String language() { return \"shout\"; }"
            + " public io.github.clusterpool.code.CompiledScript expression(String text) { return new Program(text); }"
            + " public io.github.clusterpool.code.CompiledScript function(String text, int arity) { return new Program(text); }"
            + " record Program(String text) implements io.github.clusterpool.code.CompiledScript {"
            + "   public Object run(io.github.clusterpool.code.Scope scope, Object... args) {"
            + "     return (text.strip() + (args.length == 0 ? \"\" : \" \" + args[0])).toUpperCase(Locale.ROOT) + '!'; } } }";

    String ALL_TEXTS = "public class Main { public static Fn<String, String> fn() { return path -> {"
            + "   var texts = new ArrayList<String>();"
            + "   for (var url : Collections.list(Main.class.getClassLoader().getResources(path))) {"
            + "     try (var in = url.openStream()) { texts.add(new String(in.readAllBytes())); } }"
            + "   return texts.toString(); }; } }";

    static Fn<Integer, Integer> plus(int by) {
        return Compiled.call(Compiled.of(PLUS.formatted(by)).loader(), "Main", "fn");
    }

    @Test
    default void function_ofClassesMadeAtRunTime_runs() {
        var loader = Compiled.of(
                        "public class Main { enum Unit { ONE { int in() { return Helper.twice(1); } }; abstract int in(); }"
                                + " record Pair(int a, int b) { int sum() { return a + b; } }"
                                + " static class Inner { int last = 3; }"
                                + " public static Fn<Integer, Integer> fn() {"
                                + "   Fn<Integer, Integer> inner = i -> IntStream.range(0, i).map(j -> 1).sum();"
                                + "   return i -> new Pair(inner.apply(i), Unit.ONE.in()).sum() + new Inner().last; } }",
                        "class Helper { static int twice(int i) { return 2 * i; } }")
                .loader();
        Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");

        assertThat(value(pool().lapply(List.of(1, 2, 3), fn))).containsExactly(6, 7, 8);
    }

    @Test
    default void function_ofAClassLargerThanAFrame_runs() {
        var constants = IntStream.range(0, 30)
                .mapToObj(i -> "\"" + i + "-".repeat(60_000) + "\"")
                .collect(Collectors.joining(", "));
        var loader = Compiled.of("public class Main { static final String[] ALL = {" + constants + "};"
                        + " public static Fn<Integer, Integer> fn() { return i -> ALL[i].length(); } }")
                .loader();
        Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");

        assertThat(value(pool().lapply(List.of(1, 29), fn))).containsExactly(60_001, 60_002);
    }

    @Test
    default void recordsOfClassesMadeAtRunTime_areElementsResultsAndExports() {
        var loader = Compiled.of(
                        "public record Point(int x, Side side) {"
                                + " public static List<Object> some() { return List.of(new Point(1, Side.LEFT), new Point(2, Side.RIGHT)); }"
                                + " public static Fn<Object, Object> mirrored() {"
                                + "   return p -> new Point(-((Point) p).x, Side.values()[1 - ((Point) p).side.ordinal()]); }"
                                + " public static Fn0<Object> evalq() { return () -> { Env.put(\"mine\", new Point(7, Side.LEFT)); return 1; }; }"
                                + " public static Fn0<Object> read() { return () -> ((Point) Env.get(\"given\")).x + ((Point) Env.get(\"mine\")).x; } }",
                        "public enum Side { LEFT, RIGHT }")
                .loader();
        List<Object> points = Compiled.call(loader, "Point", "some");
        Fn<Object, Object> mirrored = Compiled.call(loader, "Point", "mirrored");

        pool().export("given", points.get(0));
        value(pool().evalq(Compiled.<Fn0<Object>>call(loader, "Point", "evalq")));
        List<Object> results = value(pool().lapply(points, mirrored));

        assertThat(results).hasToString("[Point[x=-1, side=RIGHT], Point[x=-2, side=LEFT]]");
        assertThat(results)
                .allSatisfy(each -> assertThat(each.getClass().getClassLoader()).isSameAs(loader));
        assertThat(value(pool().call(Compiled.<Fn0<Object>>call(loader, "Point", "read"))))
                .containsExactly(8, 8);
    }

    @Test
    default void function_ofClassesInAFolder_runs() throws Exception {
        var folder = Files.createTempDirectory(folder(), "classes");
        Compiled.of(PLUS.formatted(5)).writeTo(folder);
        try (var loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");

            assertThat(value(pool().lapply(List.of(1, 2), fn))).containsExactly(6, 7);
        }
    }

    @Test
    default void function_ofClassesInAJar_runs() throws Exception {
        var classes = Compiled.of(PLUS.formatted(9)).writeTo(Files.createTempDirectory(folder(), "classes"));
        var jar = JarFixture.packed(Files.createTempFile(folder(), "classes", ".jar"), List.of(classes));
        try (var loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");

            assertThat(value(pool().lapply(List.of(1, 2), fn))).containsExactly(10, 11);
        }
    }

    @Test
    default void resources_besideTheClass_areThere() {
        var loader = Compiled.of("public class Main { static String text(String path) throws Exception {"
                        + "   try (var in = Main.class.getResourceAsStream(path)) { return in == null ? null : new String(in.readAllBytes()); } }"
                        + " public static Fn<String, String> fn() { return Main::text; } }")
                .with("demo/note.txt", "hello".getBytes(StandardCharsets.UTF_8))
                .loader();
        Fn<String, String> fn = Compiled.call(loader, "Main", "fn");

        assertThat(value(pool().lapply(List.of("note.txt", "other.txt", "/demo/note.txt"), fn)))
                .containsExactly("hello", null, "hello");
    }

    @Test
    default void init_thenAnotherBuildOfTheClass_runsThatOne() {
        var before = pool().lapply(List.of(1), plus(1));
        pool().init(SIZE);
        var after = pool().lapply(List.of(1), plus(2));

        assertThat(value(before)).containsExactly(2);
        assertThat(value(after)).containsExactly(3);
    }

    @Test
    default void class_foundNowhere_isSaidWithItsName() {
        var loader = Compiled.of(
                        "public class Main { public static Fn<Integer, Integer> fn() { return i -> Gone.twice(i); } }",
                        "class Gone { static int twice(int i) { return 2 * i; } }")
                .without("demo/Gone.class")
                .loader();
        Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");

        var error = failure(JobFailedException.class, pool().lapply(List.of(1), fn));

        assertThat(error).hasMessageContaining("java.lang.NoClassDefFoundError: demo/Gone");
        assertThat(error.getCause().getCause().getCause()).hasMessageContaining("demo.Gone");
    }

    @Test
    default void class_compiledForALaterJava_isSaidWithItsVersion() {
        var classes = Compiled.of(
                "public class Main { public static Fn<Integer, Integer> fn() { return i -> Later.twice(i); } }",
                "class Later { static int twice(int i) { return 2 * i; } }");
        byte[] later = classes.files().get("demo/Later.class").clone();
        later[7] = 99;
        Fn<Integer, Integer> fn =
                Compiled.call(classes.with("demo/Later.class", later).loader(), "Main", "fn");

        var error = failure(JobFailedException.class, pool().lapply(List.of(1), fn));

        assertThat(error).hasMessageContaining("java.lang.UnsupportedClassVersionError: ");
        if (placement() != Placement.IN_PROCESS) {
            assertThat(error)
                    .hasMessageContaining("class demo.Later must be compiled for Java ")
                    .hasMessageContaining("got Java 55; compile it with --release ");
        }
    }

    @Test
    default void script_inALanguageThatOnlyTheDriverHas_runs() {
        var loader = Compiled.of(SHOUT)
                .with("META-INF/services/" + Evaluator.class.getName(), "demo.Shout".getBytes(StandardCharsets.UTF_8))
                .loader();

        assertThat(value(inContext(loader, () -> pool().evalq("#!shout hello"))))
                .containsExactly("HELLO!", "HELLO!");
        assertThat(value(inContext(
                        loader, () -> pool().lapply(List.of("you"), Script.<String, Object>fn("#!shout hello ")))))
                .isEqualTo(List.of("HELLO YOU!"));
        assertThat(value(pool().evalq("1 + 1"))).containsExactly(2, 2);
    }

    /** What {@code body} gives, on a thread whose context class loader is that one. */
    static <T> T inContext(ClassLoader loader, Supplier<T> body) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            return body.get();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    default void anotherBuildOfTheClass_withoutInit_isNeverMixedUp() {
        assertThat(value(pool().call(plus(1), 1))).containsExactly(2, 2);

        var other = pool().call(plus(2), 1);

        if (placement() == Placement.IN_PROCESS) {
            assertThat(value(other)).containsExactly(3, 3); // both are here
        } else {
            assertThat(failure(PoolException.class, other))
                    .hasStackTraceContaining("class demo.Main must be the same build on both sides, got ")
                    .hasStackTraceContaining(" here, which was sent before; call init, then send the other one");
        }
        assertThat(value(pool().call(plus(1), 2))).containsExactly(3, 3);
    }

    @Test
    default void resources_ofTheSamePath_areAllThereInOrder() throws Exception {
        List<URL> jars = new ArrayList<>();
        for (String text : List.of("one", "two")) {
            var content = Files.createTempDirectory(folder(), "content");
            if (jars.isEmpty()) {
                Compiled.of(ALL_TEXTS).writeTo(content);
            }
            Files.writeString(content.resolve("note.txt"), text);
            var jar = JarFixture.packed(Files.createTempFile(folder(), "content", ".jar"), List.of(content));
            jars.add(jar.toUri().toURL());
        }
        try (var loader =
                new URLClassLoader(jars.toArray(URL[]::new), getClass().getClassLoader())) {
            Fn<String, String> fn = Compiled.call(loader, "Main", "fn");

            assertThat(value(pool().lapply(List.of("note.txt", "none.txt"), fn)))
                    .containsExactly("[one, two]", "[]");
        }
    }

    @Test
    default void redeploys_many_leaveNoLoader() {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        Compiled first = Compiled.of(REMEMBERED);
        for (int i = 100; i < 300; i++) {
            pool().init(SIZE);
            loaders.add(redeploy(first.withText("100", "" + i), i));
        }
        for (int i = 0; i < 2; i++) { // nodes hear of ended jobs with the next one
            value(pool().init(SIZE));
            assertServes();
            value(pool().call(() -> 0));
        }

        Patience.await().untilAsserted(() -> {
            System.gc();
            assertThat(loaders).allMatch(loader -> loader.refersTo(null));
        });
        Patience.await()
                .untilAsserted(() -> assertThat(value(pool().call(ShippingTest::aliveOnThisWorker)))
                        .containsExactly(0L, 0L));
    }

    private WeakReference<ClassLoader> redeploy(Compiled build, int by) {
        var loader = build.loader();
        Fn<Integer, Integer> fn = Compiled.call(loader, "Main", "fn");
        assertThat(value(pool().call(fn, 1))).containsExactly(1 + by, 1 + by);
        Object item = Compiled.call(loader, "Main", "item");
        assertThat(value(pool().call(Script.<Object, Object>fn("item -> empty(item)"), item)))
                .isEqualTo(List.of(false, false)); // scripts look into classes, too, and remember what they find
        return new WeakReference<>(loader);
    }

    private static long aliveOnThisWorker() {
        System.gc();
        List<?> all = (List<?>) System.getProperties().get("redeployed");
        return all.stream()
                .filter(each -> !((WeakReference<?>) each).refersTo(null))
                .count();
    }

    @Test
    default void jshell_functionOfASnippet_runs() {
        Fn<Integer, Integer> fn = inJShell(
                "record Pair(int a, int b) {}",
                "int both(Pair pair) { return pair.a() + pair.b(); }",
                "Fn<Integer, Integer> f = i -> both(new Pair(i, 10));");

        assertThat(value(pool().lapply(List.of(1, 2), fn))).containsExactly(11, 12);
    }

    @Test
    default void jshell_functionThatUsesAVariable_isRefused() {
        Fn<Integer, Integer> fn =
                inJShell("int x = 5;", "int more(int i) { return i + x; }", "Fn<Integer, Integer> f = i -> more(i);");

        var error = assertThrows(NotPortableException.class, () -> pool().lapply(List.of(1), fn));

        assertThat(error)
                .hasMessage("the function must not use variables of the JShell session, got x, which the workers do not"
                        + " have; export it and read it by Env.get, or make the function in a method that takes it as an"
                        + " argument");
    }

    /** The variable {@code f} after the snippets. */
    @SuppressWarnings("unchecked")
    private static Fn<Integer, Integer> inJShell(String... snippets) {
        var builder =
                JShell.builder().executionEngine("local").compilerOptions("-cp", System.getProperty("java.class.path"));
        try (var shell = builder.build()) {
            shell.eval("import io.github.clusterpool.*;");
            for (String snippet : snippets) {
                expectValid(shell.eval(snippet));
            }
            expectValid(shell.eval("System.getProperties().put(\"f\", f);"));
            return (Fn<Integer, Integer>) System.getProperties().remove("f");
        }
    }

    private static void expectValid(List<SnippetEvent> events) {
        assertThat(events).allSatisfy(event -> {
            assertThat(event.exception()).isNull();
            assertThat(event.status()).isEqualTo(Snippet.Status.VALID);
        });
    }
}
