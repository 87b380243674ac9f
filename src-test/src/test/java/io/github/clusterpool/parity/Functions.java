package io.github.clusterpool.parity;

import io.github.clusterpool.Env;
import io.github.clusterpool.Fn;
import io.github.clusterpool.Fn0;
import io.github.clusterpool.Fn2;
import io.github.clusterpool.Fn3;
import io.github.clusterpool.Script;
import io.github.clusterpool.TaskContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** R's functions and expressions of {@code golden/functions.json} as a Java user would write them. */
final class Functions {
    private static final Map<String, Fn0<Object>> OF_0 = new HashMap<>();
    private static final Map<String, Fn<Object, Object>> OF_1 = new HashMap<>();
    private static final Map<String, Fn2<Object, Object, Object>> OF_2 = new HashMap<>();
    private static final Map<String, Fn3<Object, Object, Object, Object>> OF_3 = new HashMap<>();

    /** What can be said as text, in our scripts' language. */
    private static final Map<String, String> SCRIPTS = Map.of(
            "one_plus_one", "1 + 1",
            "x_value", "x",
            "x_plus_1", "x + 1",
            "bump_x", "x = x + 1; x",
            "set_a_3", "a = 3; a * 2",
            "a_value", "a",
            "undefined", "not_there",
            "bump_counter", "counter = (counter ?? 0) + 1; counter");

    /** What needs {@link Env}, or an exception with a text of its own. */
    private static final Map<String, Fn0<Object>> EXPRESSIONS =
            Map.of("vars", () -> List.copyOf(Env.names()), "all_vars", () -> List.copyOf(Env.names()), "fail", () -> {
                throw new IllegalStateException("evalq failed");
            });

    static {
        OF_0.put("read_x", () -> Env.get("x"));
        OF_0.put("read_xy", () -> List.of(Env.<Object>get("x"), Env.<Object>get("y")));
        OF_0.put("x_exists", () -> Env.names().contains("x"));
        OF_0.put("worker", () -> TaskContext.current().workerId());
        OF_0.put("const_7", () -> 7.0);
        OF_0.put("only_2_fails", Functions::onlyTwoFails);
        OF_0.put("call_fails", () -> stop("oops"));

        OF_1.put("identity", x -> x);
        OF_1.put("square", x -> times(x, x));
        OF_1.put("negate", x -> times(x, -1));
        OF_1.put("upper", x -> ((String) x).toUpperCase(Locale.ROOT));
        OF_1.put("length_of", x -> ((String) x).length());
        OF_1.put("label", x -> "v" + text(x));
        OF_1.put("half", x -> number(x) / 2);
        OF_1.put("reciprocal", x -> 1 / number(x));
        OF_1.put("pair", x -> List.of(x, times(x, x)));
        OF_1.put("named_pair", x -> List.of(x, times(x, x)));
        OF_1.put("named_one", x -> List.of(x));
        OF_1.put("list_pair", x -> List.of(x, "k"));
        OF_1.put("list_one", x -> List.of(x));
        OF_1.put("rep_i", x -> Collections.nCopies((int) number(x), x));
        OF_1.put("null_fn", x -> null);
        OF_1.put("null_on_2", x -> number(x) == 2 ? null : x);
        OF_1.put("empty_fn", x -> List.of());
        OF_1.put("int_dbl", x -> number(x) == 2 ? 2.5 : x);
        OF_1.put("lgl_int", x -> number(x) == 2 ? true : x);
        OF_1.put("matrix2", x -> List.of(number(x), number(x) + 1, number(x) + 2, number(x) + 3));
        OF_1.put("sum_all", x -> ((List<?>) x).stream().map(Object.class::cast).reduce(0, Functions::plus));
        OF_1.put("fail_on_3", x -> number(x) == 3 ? stop("bad input: 3") : x);
        OF_1.put("fail_even", x -> number(x) % 2 == 0 ? stop("even: " + text(x)) : x);
        OF_1.put("fail_ge2", x -> number(x) >= 2 ? stop("bad " + text(x)) : x);
        OF_1.put("fail_all", x -> stop("always fails"));
        OF_1.put("add_x", i -> plus(i, Env.get("x")));
        OF_1.put("worker", x -> TaskContext.current().workerId());
        OF_1.put("two_args", a -> minus(a, 2));
        OF_1.put("boom_on_2", Functions::boomOnTwo);

        OF_2.put("add", (x, y) -> plus(x, y));
        OF_2.put("sub", (x, y) -> minus(x, y));
        OF_2.put("mul10_add", (x, y) -> plus(times(x, 10), y));
        OF_2.put("power", (x, p) -> Math.pow(number(x), number(p)));
        OF_2.put("concat", (x, y) -> text(x) + text(y));
        OF_2.put("pair2", (x, y) -> List.of(x, y));
        OF_2.put("map_fail", (x, y) -> number(x) > number(y) ? stop(text(x) + " > " + text(y)) : minus(y, x));
        OF_2.put("two_args", (a, b) -> minus(a, b));

        OF_3.put("add3", (x, y, z) -> plus(plus(x, y), z));
        OF_3.put("concat3", (x, y, z) -> text(x) + text(y) + text(z));
    }

    /** The names of the parameters, for R matches arguments by them. */
    private static final Map<String, List<String>> PARAMETERS =
            Map.of("power", List.of("x", "p"), "two_args", List.of("a", "b"));

    private Functions() {}

    static List<String> parameters(String name) {
        return PARAMETERS.getOrDefault(name, List.of("x", "y", "z"));
    }

    static Fn0<Object> of0(String name) {
        return there(OF_0.get(name), name, 0);
    }

    /** A function of one argument; the others are bound to what is given. */
    static Fn<Object, Object> of1(String name, List<Object> bound) {
        if (bound.isEmpty()) {
            return OF_1.containsKey(name) ? OF_1.get(name) : wrongArity(name);
        }
        var fn = of2(name, bound.subList(1, bound.size()));
        Object second = bound.get(0);
        return x -> fn.apply(x, second);
    }

    static Fn2<Object, Object, Object> of2(String name, List<Object> bound) {
        if (bound.isEmpty()) {
            return there(OF_2.get(name), name, 2);
        }
        var fn = of3(name);
        Object third = bound.get(0);
        return (x, y) -> fn.apply(x, y, third);
    }

    static Fn3<Object, Object, Object, Object> of3(String name) {
        return there(OF_3.get(name), name, 3);
    }

    static boolean isScript(String expression) {
        return SCRIPTS.containsKey(expression);
    }

    static String script(String expression) {
        return SCRIPTS.get(expression);
    }

    static Fn0<Object> expression(String name) {
        return there(EXPRESSIONS.get(name), name, 0);
    }

    /** The compiler refuses a function of two arguments where one of one is due; text is refused when it is parsed. */
    private static Fn<Object, Object> wrongArity(String name) {
        there(OF_2.get(name), name, 1);
        return Script.fn("(x, y) -> x + y");
    }

    private static <F> F there(F fn, String name, int arity) {
        if (fn == null) {
            throw new DoesNotCompile(name + " does not take " + arity + " arguments");
        }
        return fn;
    }

    /** What R finds out when it runs, and javac before. */
    static final class DoesNotCompile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DoesNotCompile(String message) {
            super(message);
        }
    }

    // ---- bodies

    private static Object onlyTwoFails() {
        int worker = TaskContext.current().workerId();
        return worker == 2 ? stop("only worker 2") : (Object) worker;
    }

    /** Leaves a trace of what ran to its end. */
    private static Object boomOnTwo(Object x) {
        if (number(x) == 2) {
            return stop("boom");
        }
        List<Object> ran = new ArrayList<>(Env.names().contains("ran") ? Env.<List<Object>>get("ran") : List.of());
        ran.add(x);
        Env.put("ran", ran);
        return x;
    }

    /** R's {@code stop}, to be used where a value is due. */
    @SuppressWarnings("DoNotCallSuggester") // it is called in order to throw
    private static Object stop(String message) {
        throw new IllegalStateException(message);
    }

    private static double number(Object x) {
        return ((Number) x).doubleValue();
    }

    private static Object plus(Object x, Object y) {
        return x instanceof Integer a && y instanceof Integer b ? (Object) (a + b) : (Object) (number(x) + number(y));
    }

    private static Object minus(Object x, Object y) {
        return plus(x, times(y, -1));
    }

    private static Object times(Object x, Object y) {
        return x instanceof Integer a && y instanceof Integer b ? (Object) (a * b) : (Object) (number(x) * number(y));
    }

    /** As R prints it: a double that is whole has no point. */
    private static String text(Object x) {
        return x instanceof Double d && d == Math.rint(d) ? String.valueOf(d.longValue()) : String.valueOf(x);
    }
}
