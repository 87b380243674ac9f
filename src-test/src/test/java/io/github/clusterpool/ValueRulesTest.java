package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may forbid and allow. */
class ValueRulesTest {
    private static final String HERE = ValueRulesTest.class.getName();

    static final class Plain {
        private int size;

        Plain() {}

        Plain(int size) {
            this.size = size;
        }
    }

    @Portable
    static final class Marked {}

    record Other(int size) {}

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void prefixes_ofTheConfiguration_holdOnBothSides(String placement) {
        try (Pool pool = open(
                placement,
                "allowed-prefixes = [\"" + HERE + "$Plain\"], values.portable-prefixes = [\"" + HERE + "\"]")) {
            assertThat(value(pool.lapply(List.of(new Plain(4)), plain -> new Plain(plain.size + 1))))
                    .first()
                    .satisfies(plain -> assertThat(plain.size).isEqualTo(5));
            assertThat(assertThrows(NotPortableException.class, () -> pool.export("x", new Marked())))
                    .hasMessage("'x': a " + HERE + "$Marked cannot travel; make it a record");
            assertThat(failure(JobFailedException.class, pool.lapply(List.of(1), i -> new Other(i))))
                    .hasMessageContaining(
                            "a " + HERE + "$Other cannot travel; its package is not allowed by the rules");
            assertThat(failure(JobFailedException.class, pool.lapply(List.of(0), i -> 1 / i)))
                    .hasMessageContaining("java.lang.ArithmeticException: / by zero");
            assertThat(value(pool.lapply(List.of(2), Script.<Integer, Object>fn("i -> i * 2"))))
                    .isEqualTo(List.of(4));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "processes"})
    void strict_refusesWhatIsNoRecord(String placement) {
        try (Pool pool = open(placement, "values { strict = on, portable-prefixes = [\"" + HERE + "\"] }")) {
            for (Object value : List.of(new Plain(1), new Marked())) {
                assertThat(assertThrows(NotPortableException.class, () -> pool.export("x", value)))
                        .hasMessageEndingWith(" cannot travel; make it a record");
            }
            assertThat(failure(JobFailedException.class, pool.lapply(List.of(1), i -> new Marked())))
                    .hasMessageContaining("a " + HERE + "$Marked cannot travel; make it a record");
            assertThat(value(pool.lapply(List.of(1), i -> new Other(i)))).containsExactly(new Other(1));
        }
    }

    private static Pool open(String placement, String more) {
        return Pool.open(LivePool.config("name = rules, placement = " + placement + ", workers = 1, " + more));
    }
}
