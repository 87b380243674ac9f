package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Worker JVMs that have nothing but this library: all that the tests run there comes from here, by the loopback address. */
class IsolatedPoolTest extends LivePool implements FunctionsTest, ShippingTest, NestedTest {
    IsolatedPoolTest() {
        super("processes, processes.isolated = on, processes.unix-sockets = off");
    }

    @Test
    void library_thatOnlyTheDriverHas_isUsedByFunctions() {
        List<String> results = value(pool().lapply(List.of(1, 2), i -> {
            org.assertj.core.api.Assertions.assertThat(i).isPositive();
            return org.assertj.core.api.Assertions.class.getClassLoader().getName() + " " + i;
        }));

        assertThat(results).containsExactly("clusterpool 1", "clusterpool 2");
        assertThat(value(pool().call(() -> System.getProperty("java.class.path").contains("assertj"))))
                .containsExactly(false, false);
    }

    @Test
    void classes_unchangedAfterInit_travelOnce() {
        Fn<Integer, Integer> fn = ShippingTest.plus(4711);
        value(pool().call(fn, 1));
        assertThat(pool().code()).anySatisfy(shipped -> {
            assertThat(shipped.name()).isEqualTo("demo.Main");
            assertThat(shipped.digest()).hasSize(64);
            assertThat(shipped.size()).isPositive();
            assertThat(shipped.origin()).isEqualTo("memory:demo/Main.class");
        });

        value(pool().init(SIZE));
        assertThat(value(pool().call(fn, 1))).containsExactly(4712, 4712);

        assertThat(pool().code()).isEmpty();
    }
}
