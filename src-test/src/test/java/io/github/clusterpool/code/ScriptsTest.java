package io.github.clusterpool.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptsTest {
    private final Scripts scripts = new Scripts(ScriptsTest.class.getClassLoader());
    private final Variables variables = new Variables();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void expression_assignment_setsTheVariableAndGivesTheValue() {
        variables.set("x", 42);

        assertThat(run("y = x * 2")).isEqualTo(84);
        assertThat(variables.values).containsEntry("y", 84);
    }

    @Test
    void expression_severalStatements_givesTheLast() {
        assertThat(run("a = 3; b = a + 1;\nvar local = 10; a * b + local")).isEqualTo(22);
        assertThat(variables.values).containsOnlyKeys("a", "b");
    }

    @Test
    void expression_unsetCounterWithDefault_countsUp() {
        assertThat(run("counter = (counter ?? 0) + 1")).isEqualTo(1);
        assertThat(run("counter = counter + 1")).isEqualTo(2);
    }

    @Test
    void expression_variableSetToNull_isSet() {
        variables.set("x", null);

        assertThat(run("x")).isNull();
        assertThat(run("x ?? 7")).isEqualTo(7);
    }

    @Test
    void function_arities_takeTheirArguments() {
        variables.set("x", 42);

        assertThat(scripts.function("() -> x", 0).run(variables)).isEqualTo(42);
        assertThat(scripts.function("i -> i + x", 1).run(variables, 1)).isEqualTo(43);
        assertThat(scripts.function("(a, b) -> a * b", 2).run(variables, 6, 7)).isEqualTo(42);
        assertThat(scripts.function("(i) -> i", 1).run(variables, (Object) null))
                .isNull();
    }

    @Test
    void function_variableChanges_isReadAtEachCall() {
        var plusX = scripts.function("i -> i + x", 1);

        variables.set("x", 1);
        assertThat(plusX.run(variables, 1)).isEqualTo(2);
        variables.set("x", 2);
        assertThat(plusX.run(variables, 1)).isEqualTo(3);
    }

    @Test
    void function_definedInAnEarlierScript_isCalled() {
        assertThat(run("area = (a, b) -> a * b")).isEqualTo("(a, b)-> a * b;");

        assertThat(scripts.function("i -> area(i, 2)", 1).run(variables, 4)).isEqualTo(8);
    }

    @Test
    void function_wrongArity_refusedWhenCompiled() {
        assertThatThrownBy(() -> scripts.function("(a, b) -> a * b", 1))
                .isInstanceOf(ScriptException.class)
                .hasMessage("function must take 1 argument, got 2: (a, b) -> a * b");
        assertThatThrownBy(() -> scripts.function("x + 1", 1))
                .hasMessage("function must take 1 argument, got 0: x + 1");
        assertThatThrownBy(() -> scripts.expression("i -> i"))
                .hasMessage("expression must not take arguments, got a function of 1 argument: i -> i");
    }

    @Test
    void run_wrongNumberOfArguments_refused() {
        assertThatThrownBy(() -> scripts.function("i -> i", 1).run(variables))
                .hasMessage("script must get 1 argument, got 0: i -> i");
    }

    @Test
    void run_arithmetic_givesTheTypesAnRUserExpects() {
        assertThat(run("42 * 2")).isEqualTo(84);
        assertThat(run("2147483647 + 1")).isEqualTo(2147483648L);
        assertThat(run("2L * 3")).isEqualTo(6L);
        assertThat(run("1 / 2")).isEqualTo(0.5);
        assertThat(run("4 / 2")).isEqualTo(2.0);
        assertThat(run("1 / 0")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(run("1.00B / 4")).isEqualTo(new BigDecimal("0.25"));
        assertThat(run("7 % 3")).isEqualTo(1);
        assertThat(run("6 & 3 | 8 ^ 1")).isEqualTo(11);
        assertThat(run("~5")).isEqualTo(-6);
        assertThat(run("1 << 4 >> 1")).isEqualTo(8);
        assertThat(run("1 << 40")).isEqualTo(1L << 40);
        assertThat(run("sqrt(16) + max(1, 2)")).isEqualTo(6.0);
    }

    @Test
    void run_collections_areListsAndMaps() {
        assertThat(run("[1, 2.5, 'a']")).isEqualTo(List.of(1, 2.5, "a"));
        assertThat(run("{'a': 1}")).isEqualTo(Map.of("a", 1));
        assertThat(run("1..3")).isEqualTo(List.of(1, 2, 3));
        assertThat(run("s = 0; for (var i : 1..4) { s = s + i } s")).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x + 1", "x", "x += 1", "x++", "x.length", "x.length()", "empty(x)", "`${x}`", "f = () -> x; f()"
            })
    void run_unsetVariable_isNamed(String text) {
        var error = catchThrowableOfType(UnsetVariableException.class, () -> run(text));

        assertThat(error.name()).isEqualTo("x");
        assertThat(error)
                .hasMessageStartingWith(
                        "variable 'x' is not set on this worker; export it first, or give a default: x ?? 0 (line 1");
    }

    @Test
    void run_nullAfterAnUnsetVariableHadADefault_isNotBlamedOnIt() {
        assertThatThrownBy(() -> run("z = x ?? 1; null + 1")).isNotInstanceOf(UnsetVariableException.class);
    }

    @Test
    void compile_badText_showsTheLine() {
        var error = catchThrowableOfType(ScriptException.class, () -> scripts.expression("y = 1;\n  x = = 3"));

        assertThat(error).hasMessage("script must parse, got parsing error in '=' (line 2, column 5): x = = 3");
        assertThat(error.line()).isEqualTo(2);
        assertThat(error.column()).isEqualTo(5);
        assertThat(error.source()).isEqualTo("x = = 3");
    }

    @Test
    void run_failure_showsTheLineAndTheCause() {
        assertThatThrownBy(() -> run("y = 1;\ny % 0"))
                .isInstanceOf(ScriptException.class)
                .hasMessage("script failed, got java.lang.ArithmeticException: % (line 2, column 5): y % 0")
                .hasCauseInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> run("throw 'bad input'"))
                .hasMessage("script failed, got bad input (line 1, column 1): throw 'bad input'");
        assertThatThrownBy(() -> scripts.function("i -> i + 1", 1).run(variables, (Object) null))
                .hasMessage("script failed, got variable 'i' is null (line 1, column 6): i -> i + 1");
    }

    @Test
    void run_failureInAnotherScriptsFunction_showsThatScript() {
        run("f = k -> k.foo; 1");

        assertThatThrownBy(() -> run("\n\nf(3)")).hasMessageEndingWith("(line 1, column 15): f = k -> k.foo; 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) {}",
                "for (;;) {}",
                "f = () -> { while (true) {} }; f()",
                "while (true) { try { x = 1 } catch (let e) { 2 } }"
            })
    @Timeout(20)
    void run_cancelledOrInterrupted_ends(String text) {
        var script = scripts.expression("started = 1; " + text);

        assertThatThrownBy(() -> runUntilStarted(script, thread -> variables.cancelled.set(true)))
                .isInstanceOf(CancellationException.class)
                .hasMessageStartingWith("script was cancelled: started = 1;");

        variables.cancelled.set(false);
        assertThatThrownBy(() -> runUntilStarted(script, Thread::interrupt)).isInstanceOf(CancellationException.class);
    }

    private void runUntilStarted(CompiledScript script, Consumer<Thread> stop) {
        var runner = Thread.currentThread();
        variables.started = new CountDownLatch(1);
        var stopped = CompletableFuture.runAsync(() -> {
            variables.awaitStart();
            stop.accept(runner);
        });
        try {
            script.run(variables);
        } finally {
            stopped.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{{{{{{{{1", "[[[[[[[[[1", "{[{[{[{[{1"})
    void compile_nestedTooDeep_refusedBeforeItIsParsed(String text) {
        assertThatThrownBy(() -> scripts.expression(text))
                .hasMessage("script must nest braces and brackets at most 8 deep, got more: " + text);
    }

    @Test
    void compile_parenthesesWithoutEnd_refused() {
        assertThatThrownBy(() -> scripts.expression("(".repeat(20_000)))
                .isInstanceOf(ScriptException.class)
                .hasMessageStartingWith("script must parse, got java.lang.StackOverflowError: (((");
    }

    @Test
    void compile_tooLong_refused() {
        assertThatThrownBy(() -> scripts.expression(" ".repeat(65_537)))
                .hasMessageStartingWith("script must have at most 65536 characters, got 65537: ")
                .hasMessageMatching("(?s).{0,200}");
    }

    @Test
    void compile_sameText_isKeptUntilManyOthersCame() {
        var first = scripts.expression("'first'");
        assertThat(scripts.expression("'first'")).isSameAs(first);
        assertThat(scripts.function("'first'", 0)).isNotSameAs(first);

        IntStream.range(0, Scripts.MAX_CACHED).forEach(i -> scripts.expression("'other' + " + i));

        assertThat(scripts.expression("'first'")).isNotSameAs(first);
    }

    @Test
    void run_manyThreadsAtOnce_keepTheirOwnArguments() {
        var square = scripts.function("i -> { var r = 0; for (var k : 1..i) { r = r + i } r }", 1);

        var results = IntStream.rangeClosed(1, 200)
                .parallel()
                .mapToObj(i -> square.run(new Variables(), i))
                .toList();

        assertThat(results)
                .isEqualTo(IntStream.rangeClosed(1, 200)
                        .mapToObj(i -> (Object) (i * i))
                        .toList());
    }

    private Object run(String text) {
        return scripts.expression(text).run(variables);
    }

    /** A worker's environment; counts down when a script sets anything. */
    private static final class Variables implements Scope {
        final Map<String, Object> values = new HashMap<>();
        final AtomicBoolean cancelled = new AtomicBoolean();
        volatile CountDownLatch started = new CountDownLatch(1);

        @Override
        public boolean has(String name) {
            return values.containsKey(name);
        }

        @Override
        public Object get(String name) {
            return values.get(name);
        }

        @Override
        public void set(String name, Object value) {
            values.put(name, value);
            started.countDown();
        }

        @Override
        public AtomicBoolean cancelled() {
            return cancelled;
        }

        void awaitStart() {
            try {
                assertThat(started.await(15, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
