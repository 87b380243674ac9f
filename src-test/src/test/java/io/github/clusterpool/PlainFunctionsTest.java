package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.wire.Contents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainFunctionsTest {
    private static final Codec CODEC = new Codec(PoolConfig.inProcess(1), PlainFunctionsTest.class.getClassLoader());

    private static Fn<Integer, Integer> plain() {
        return x -> x + 1;
    }

    private static Fn<Integer, Integer> adding(int y) {
        return x -> x + y;
    }

    @SuppressWarnings("unchecked")
    private static Fn<Integer, Integer> made(byte[] bytes) {
        return (Fn<Integer, Integer>) CODEC.function(Contents.WHOLE, bytes);
    }

    @Test
    void function_capturesNothing_isEncodedAndMadeOnce() throws Exception {
        byte[] bytes = CODEC.function(plain());

        assertThat(CODEC.function(plain())).isSameAs(bytes);
        assertThat(made(bytes.clone())).isSameAs(made(bytes));
        assertThat(made(bytes).apply(1)).isEqualTo(2);
    }

    @Test
    void function_sameClassWithOtherCaptured_staysApart() throws Exception {
        byte[] one = CODEC.function(adding(1));
        byte[] two = CODEC.function(adding(2));

        assertThat(made(one).apply(1)).isEqualTo(2);
        assertThat(made(two).apply(1)).isEqualTo(3);
        assertThat(made(one)).isNotSameAs(made(one));
    }

    @Test
    void function_moreThanAreKept_areAllTheirOwn() throws Exception {
        List<byte[]> scripts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            scripts.add(CODEC.function(Script.<Integer, Integer>fn("x -> x + " + i)));
        }

        assertThat(scripts).doesNotHaveDuplicates();
        assertThat(made(scripts.get(199)))
                .isEqualTo(Script.<Integer, Integer>fn("x -> x + 199"))
                .isNotEqualTo(made(scripts.get(198)));
    }
}
