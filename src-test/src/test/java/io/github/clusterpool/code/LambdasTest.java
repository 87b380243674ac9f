package io.github.clusterpool.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.clusterpool.code.LambdaSamples.Counter;
import io.github.clusterpool.code.LambdaSamples.Fun;
import io.github.clusterpool.code.LambdaSamples.Fun0;
import io.github.clusterpool.code.LambdaSamples.Fun2;
import java.io.Serializable;
import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LambdasTest {
    private static final String HERE = LambdasTest.class.getName();
    private static final String SAMPLES = LambdaSamples.class.getName();

    private final Lambdas lambdas = new Lambdas(name -> name.startsWith(SAMPLES));
    private final ClassLoader loader = getClass().getClassLoader();

    record AsRecord() implements Fun<Integer, Integer> {
        @Override
        public Integer apply(Integer value) {
            return value;
        }
    }

    enum AsEnum implements Fun<Integer, Integer> {
        SAME {
            @Override
            public Integer apply(Integer value) {
                return value;
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> make_takenLambda_doesTheSame() {
        return LambdaSamples.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> assertDoesTheSame(sample.getValue())));
    }

    private void assertDoesTheSame(Fun<Integer, ?> sample) throws Exception {
        var made = roundTrip(sample);

        assertThat(made).isNotSameAs(sample);
        assertThat(made.apply(4)).usingRecursiveComparison().isEqualTo(sample.apply(4));
    }

    @Test
    void make_otherArities_doTheSame() throws Exception {
        Fun0<Integer> none = () -> 42;
        Fun2<Integer, Integer, Integer> two = Math::max;

        assertThat(roundTrip(none).apply()).isEqualTo(42);
        assertThat(roundTrip(two).apply(3, 7)).isEqualTo(7);
    }

    @Test
    void isLambda_serialisableLambdas_true() {
        Fun<Integer, Integer> lambda = i -> i;
        Fun<Integer, String> reference = String::valueOf;

        assertThat(lambdas.isLambda(lambda)).isTrue();
        assertThat(lambdas.isLambda(reference)).isTrue();
        assertThat(lambdas.isLambda((Callable<Integer> & Serializable) () -> 1)).isTrue();
    }

    @Test
    void isLambda_everythingElse_false() {
        Fun<Integer, Integer> anonymous = new Fun<>() {
            @Override
            public Integer apply(Integer value) {
                return value;
            }
        };

        assertThat(Stream.of(anonymous, new AsRecord(), AsEnum.SAME, (Runnable) () -> {}, "text", List.of()))
                .noneMatch(lambdas::isLambda);
        assertThat(lambdas.isLambda(null)).isFalse();
    }

    @Test
    void take_noLambda_refused() {
        assertThatThrownBy(() -> lambdas.take(new AsRecord()))
                .isInstanceOf(LambdaException.NotALambda.class)
                .hasMessage("value must be a lambda or method reference of a Serializable interface, got " + HERE
                        + "$AsRecord; declare it with one of the pool's function interfaces");
    }

    @Test
    void take_otherInterface_refused() {
        var lambda = (Comparator<String> & Serializable) String::compareTo;

        var error = catchThrowableOfType(LambdaException.ForeignInterface.class, () -> lambdas.take(lambda));

        assertThat(error)
                .hasMessage("the lambda in " + HERE + " must implement an allowed function interface, got"
                        + " java.util.Comparator; declare it with one of the pool's function interfaces");
        assertThat(error.functionalInterface()).isEqualTo("java.util.Comparator");
    }

    @Test
    void make_otherInterface_refused() {
        var form = new Lambdas(name -> true).take((Comparator<String> & Serializable) String::compareTo);

        assertThatThrownBy(() -> lambdas.make(form, loader)).isInstanceOf(LambdaException.ForeignInterface.class);
    }

    @Test
    void make_formOfNoLambdaThere_refused() {
        Fun<Integer, Integer> lambda = i -> i;
        var form = lambdas.take(lambda);
        var forged = new LambdaForm(
                form.capturingClass(),
                form.digest(),
                form.functionalInterface(),
                form.interfaceMethod(),
                form.interfaceSignature(),
                form.implKind(),
                "java.lang.Runtime",
                "exit",
                "(I)V",
                form.instantiatedType(),
                List.of());

        assertThatThrownBy(() -> lambdas.make(forged, loader))
                .isInstanceOf(LambdaException.NotMadeThere.class)
                .hasMessage("class " + HERE + " must yield the lambda through its own $deserializeLambda$, got"
                        + " java.lang.IllegalArgumentException: Invalid lambda deserialization; compile it with javac and"
                        + " keep that method when shrinking the jar");
    }

    @Test
    void make_capturedValueOfOtherType_refused() {
        var ten = List.of(10);
        Fun<Integer, Integer> lambda = i -> i + ten.get(0);
        var forged = lambdas.take(lambda).withCaptured(List.of("ten"));

        assertThatThrownBy(() -> lambdas.make(forged, loader))
                .isInstanceOf(LambdaException.NotMadeThere.class)
                .hasCauseInstanceOf(ClassCastException.class);
    }

    @Test
    void describe_lambdaAndReference_saysWhereWritten() {
        Fun<Integer, Integer> lambda = i -> i;
        Fun<String, Integer> reference = Integer::valueOf;

        assertThat(lambdas.take(lambda).describe()).isEqualTo("the lambda in " + HERE);
        assertThat(lambdas.take(reference).describe())
                .isEqualTo("the method reference java.lang.Integer::valueOf in " + HERE);
    }

    @Test
    void capturedThis_lambdaReadsField_namesTheClass() {
        var counter = Counter.class.getName();

        var form = lambdas.take(new Counter(1).capturingThis());

        assertThat(form.capturedThis()).contains(counter);
        assertThat(form.describeCaptured(0)).isEqualTo("'this' (" + counter + ")");
    }

    @Test
    void capturedThis_anythingElse_empty() {
        var counter = new Counter(1);
        Fun<Integer, Integer> value = i -> counter.plus(i);

        var reference = lambdas.take(counter.reference());

        assertThat(lambdas.take(value).capturedThis()).isEmpty();
        assertThat(reference.capturedThis()).isEmpty();
        assertThat(reference.describeCaptured(0)).isEqualTo("the receiver (" + Counter.class.getName() + ")");
    }

    @Test
    void describeCaptured_valuesAndReceiver_namesPlaceAndType() {
        var text = "a";
        var socket = new Socket();
        Function<Integer, Integer> plain = i -> i;
        Object nothing = null;
        Fun<Integer, Object> lambda = i -> List.of(text, socket, plain.apply(i), nothing);
        Fun0<Integer> reference = socket::getPort;

        var form = lambdas.take(lambda);

        assertThat(form.describeCaptured(1)).isEqualTo("value 2 (java.net.Socket)");
        assertThat(form.describeCaptured(2)).isEqualTo("value 3 (a lambda of java.util.function.Function)");
        assertThat(form.describeCaptured(3)).isEqualTo("value 4 (null)");
        assertThat(lambdas.take(reference).describeCaptured(0)).isEqualTo("the receiver (java.net.Socket)");
    }

    @SuppressWarnings("unchecked")
    private <F> F roundTrip(F lambda) {
        var form = lambdas.take(lambda);
        var captured = form.captured().stream()
                .map(value -> lambdas.isLambda(value) ? roundTrip(value) : value)
                .toList();
        return (F) lambdas.make(form.withCaptured(captured), loader);
    }
}
