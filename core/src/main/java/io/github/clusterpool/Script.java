package io.github.clusterpool;

import io.github.clusterpool.code.CompiledScript;
import io.github.clusterpool.code.ScriptException;
import io.github.clusterpool.code.Scripts;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Functions written as text, in the language of Apache Commons JEXL. Names that are neither arguments nor local are the
 * worker's variables: {@code Script.fn("i -> i + x")}. Another language is chosen by the text's beginning, such as {@code #!jshell},
 * if the caller's context class loader finds a service {@link io.github.clusterpool.code.Evaluator} of that name; workers get it as
 * they get other classes. JEXL scripts reach nothing but data, and what others reach is theirs to say.
 *
 * <p>A text that does not parse or takes another number of arguments is an {@link IllegalArgumentException} here, on the
 * caller's side, with line and column.
 */
public final class Script {
    private Script() {}

    /** A function of no argument. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // a script's types are known when it runs
    public static <R> Fn0<R> fn0(String text) {
        return (Fn0<R>) new Of0(checked(text, 0));
    }

    /** A function of one argument. */
    @SuppressWarnings("unchecked")
    public static <T, R> Fn<T, R> fn(String text) {
        return (Fn<T, R>) new Of1(checked(text, 1));
    }

    /** A function of two arguments. */
    @SuppressWarnings("unchecked")
    public static <A, B, R> Fn2<A, B, R> fn2(String text) {
        return (Fn2<A, B, R>) new Of2(checked(text, 2));
    }

    static Fn0<Object> statements(String text) {
        Check.given(text, "code");
        requireParsing(() -> Scripts.ofCaller(text).expression(text));
        return new Statements(text);
    }

    private static String checked(String text, int arity) {
        Check.given(text, "script");
        requireParsing(() -> Scripts.ofCaller(text).function(text, arity));
        return text;
    }

    private static void requireParsing(Runnable compile) {
        try {
            compile.run();
        } catch (ScriptException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @SuppressWarnings("NullAway") // a function may return null
    private static Object run(Function<Scripts, CompiledScript> compile, @Nullable Object... args) {
        TaskContext context = TaskContext.current();
        return compile.apply(context.scripts()).run(new TaskScope(context), args);
    }

    /** A function that is a text. */
    sealed interface Text {
        String text();
    }

    record Of0(String text) implements Fn0<Object>, Text {
        @Override
        public Object apply() {
            return run(scripts -> scripts.function(text, 0));
        }
    }

    record Of1(String text) implements Fn<Object, Object>, Text {
        @Override
        public Object apply(Object x) {
            return run(scripts -> scripts.function(text, 1), x);
        }
    }

    record Of2(String text) implements Fn2<Object, Object, Object>, Text {
        @Override
        public Object apply(Object a, Object b) {
            return run(scripts -> scripts.function(text, 2), a, b);
        }
    }

    record Statements(String text) implements Fn0<Object>, Text {
        @Override
        public Object apply() {
            return run(scripts -> scripts.expression(text));
        }
    }
}
