package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A session of JShell as it runs at a terminal: in a JVM of its own, which is the driver of a worker JVM. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JShellTest {
    private final JShell shell = JShell.builder()
            .compilerOptions("-cp", System.getProperty("java.class.path"))
            .build();

    @BeforeAll
    void open() {
        shell.addToClasspath(System.getProperty("java.class.path"));
        run("import io.github.clusterpool.*; import java.util.*;");
        run("Pool pool = Pool.open(PoolConfig.processes(1));");
    }

    @AfterAll
    void close() {
        run("pool.close();");
        shell.close();
    }

    /** What the last of the snippets gives, as JShell prints it. */
    private String run(String snippets) {
        String value = "";
        for (String rest = snippets; !rest.isBlank(); ) {
            var next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            for (SnippetEvent event : shell.eval(next.source())) {
                assertThat(event.exception()).as(next.source()).isNull();
                assertThat(event.status()).as(next.source()).isNotEqualTo(Snippet.Status.REJECTED);
                value = event.value() == null ? value : event.value();
            }
            rest = next.remaining();
        }
        return value;
    }

    private String refusal(String snippet) {
        List<SnippetEvent> events = shell.eval(snippet);
        assertThat(events.get(0).exception()).isNotNull();
        return events.get(0).exception().getMessage();
    }

    @Test
    void functions_ofSnippets_run() {
        run("pool.init(1); record Pair(int a, int b) { int sum() { return a + b; } }"
                + " int twice(int i) { return 2 * i; }"
                + " Fn<Integer, Integer> plus(int by) { return i -> i + by; }"
                + " int ten = 10;");

        assertThat(run("pool.lapply(List.of(1, 2), i -> twice(i)).join()")).isEqualTo("[2, 4]");
        assertThat(run("pool.lapply(List.of(1, 2), i -> new Pair(i, 5)).join().get(1).sum()"))
                .isEqualTo("7");
        assertThat(run("pool.lapply(List.of(1, 2), plus(ten)).join()")).isEqualTo("[11, 12]");
        assertThat(refusal("pool.lapply(List.of(1, 2), i -> i + ten)"))
                .startsWith("the function must not use variables of the JShell session, got ten, ");
    }

    @Test
    void method_definedAnew_isRefusedUntilInitAndThenTheNewOne() {
        run("pool.init(1); int times(int i) { return 2 * i; }");
        assertThat(run("pool.lapply(List.of(1, 2), i -> times(i)).join()")).isEqualTo("[2, 4]");

        run("int times(int i) { return 3 * i; }");

        assertThat(refusal("pool.lapply(List.of(1, 2), i -> times(i))"))
                .startsWith(
                        "the function must not come after what the JShell session has defined anew, got another REPL.")
                .endsWith(" than workers have; call init, then send the function");
        run("pool.init(1);");
        assertThat(run("pool.lapply(List.of(1, 2), i -> times(i)).join()")).isEqualTo("[3, 6]");
    }

    @Test
    void methodThatMakesAFunction_definedAnew_isTheNewOneAfterInit() {
        run("pool.init(1); Fn<Integer, Integer> change(int by) { return i -> i + by; }");
        assertThat(run("pool.lapply(List.of(1, 2), change(1)).join()")).isEqualTo("[2, 3]");

        run("Fn<Integer, Integer> change(int by) { return i -> i * by; }");
        run("pool.init(1);");

        assertThat(run("pool.lapply(List.of(1, 2), change(10)).join()")).isEqualTo("[10, 20]");
    }
}
