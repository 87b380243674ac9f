package io.github.clusterpool.code;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions as users write them, in every kind of class that can hold one. */
public final class LambdaSamples {
    public interface Fun<T, R> extends Serializable {
        R apply(T value) throws Exception;
    }

    interface Fun2<A, B, R> extends Serializable {
        R apply(A a, B b) throws Exception;
    }

    interface Fun0<R> extends Serializable {
        R apply() throws Exception;
    }

    interface InInterface {
        Fun<Integer, Integer> PLUS_ONE = i -> i + 1;

        default Fun<Integer, Integer> plus(int more) {
            return i -> i + more;
        }
    }

    enum InEnum {
        TIMES;

        Fun<Integer, Integer> by(int factor) {
            return i -> i * factor;
        }
    }

    record InRecord(int offset) {
        Fun<Integer, Integer> plusOffset() {
            return i -> i + offset;
        }
    }

    static final class Counter {
        private final int start;

        Counter(int start) {
            this.start = start;
        }

        int plus(int i) {
            return start + i;
        }

        Fun<Integer, Integer> reference() {
            return this::plus;
        }

        Fun<Integer, Integer> capturingThis() {
            return i -> i + start;
        }
    }

    private LambdaSamples() {}

    /** Functions that make "14" of 4, by the way they are written. */
    static Map<String, Fun<Integer, ?>> all() {
        var ten = 10;
        Fun<Integer, Integer> inner = i -> i + ten;
        class Local {
            static Fun<Integer, Integer> plusTen() {
                return i -> i + 10;
            }
        }
        var anonymous = new Object() {
            Fun<Integer, Integer> plus(int more) {
                return i -> i + more;
            }
        };
        return Map.ofEntries(
                Map.entry("no captured value", i -> i + 10),
                Map.entry("captured int", i -> i + ten),
                Map.entry("captured values of every kind", captured((byte) 1, (short) 1, 1L, 1f, 1d, 'a', true, null)),
                Map.entry("captured lambda", i -> inner.apply(i)),
                Map.entry("lambda in a lambda", i -> ((Fun<Integer, Integer>) j -> j + ten).apply(i)),
                Map.entry("generic", LambdaSamples.<Integer, List<Integer>>twice(10)),
                Map.entry("static method reference", LambdaSamples::plusTen),
                Map.entry("bound method reference", new Counter(10)::plus),
                Map.entry("bound method reference to JDK", Integer.valueOf(10)::equals),
                Map.entry("unbound method reference", Integer::doubleValue),
                Map.entry("constructor reference", Counter::new),
                Map.entry("array constructor reference", int[]::new),
                Map.entry("interface constant", InInterface.PLUS_ONE),
                Map.entry("interface default", new InInterface() {}.plus(10)),
                Map.entry("enum", InEnum.TIMES.by(3)),
                Map.entry("record", new InRecord(10).plusOffset()),
                Map.entry("this", new Counter(10).capturingThis()),
                Map.entry("local class", Local.plusTen()),
                Map.entry("anonymous class", anonymous.plus(10)));
    }

    private static Fun<Integer, Object> captured(
            byte b, short s, long l, float f, double d, char c, boolean z, Object none) {
        return i -> i + b + s + l + f + d + c + (z ? 1 : 0) + (none == null ? 1 : 0);
    }

    @SuppressWarnings("UnusedTypeParameter") // a call with its types spelt out is what is tried
    private static <T, C extends List<T>> Fun<T, List<T>> twice(T more) {
        return t -> new ArrayList<>(List.of(t, more));
    }

    private static int plusTen(int i) {
        return i + 10;
    }
}
