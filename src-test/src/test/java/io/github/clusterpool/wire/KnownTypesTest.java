package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KnownTypesTest {
    record Point(int x, int y) {}

    record Other(int x, int y) {}

    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    /** Counts what it is asked for. */
    private static final class Counting extends ClassLoader {
        private final AtomicInteger asked = new AtomicInteger();
        private boolean closed;

        Counting() {
            super(KnownTypesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (closed) {
                throw new ClassNotFoundException(name);
            }
            asked.incrementAndGet();
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void decode_sameTypesAgain_asksNoLoader() {
        Counting loader = new Counting();
        ValueCodec codec = CODEC.withLoader(loader);
        byte[] first = CODEC.encode(new Point(1, 2));
        byte[] second = CODEC.encode(new Point(3, 4));

        assertThat(codec.decode(first)).isEqualTo(new Point(1, 2));
        int asked = loader.asked.get();
        assertThat(codec.decode(second)).isEqualTo(new Point(3, 4));

        assertThat(asked).isEqualTo(1);
        assertThat(loader.asked).hasValue(1);
    }

    @Test
    void decode_typesThatDifferInOneByte_areNotMistaken() {
        ValueCodec codec = CODEC.withLoader(getClass().getClassLoader());

        for (int i = 0; i < 2; i++) {
            assertThat(codec.decode(CODEC.encode(new Point(1, 2)))).isEqualTo(new Point(1, 2));
            assertThat(codec.decode(CODEC.encode(new Other(1, 2)))).isEqualTo(new Other(1, 2));
            assertThat(codec.decode(CODEC.encode(List.of(new Point(1, 2), new Other(3, 4)))))
                    .isEqualTo(List.of(new Point(1, 2), new Other(3, 4)));
        }
    }

    @Test
    void decode_byAnotherLoader_isAskedAnew() {
        ValueCodec codec = CODEC.withLoader(new Counting());
        byte[] bytes = CODEC.encode(new Point(1, 2));
        codec.decode(bytes);
        Counting empty = new Counting();
        empty.closed = true;

        assertThatThrownBy(() -> codec.withLoader(empty).decode(bytes)).isInstanceOf(UnknownClassException.class);
    }

    @Test
    void decode_typesOfOneCodecWithOtherRules_areCheckedAnew() {
        byte[] bytes = CODEC.encode(new Point(1, 2));
        WireRules strict = new WireRules(List.of("demo."), 256, 1 << 20, 1 << 20, 1 << 20);
        ValueCodec other =
                new ValueCodec(strict, List.of()).withLoader(getClass().getClassLoader());

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> other.decode(bytes))
                    .isInstanceOf(MalformedValueException.class)
                    .hasMessageContaining("must be a record, enum or array that the rules allow");
        }
    }
}
