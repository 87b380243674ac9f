package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A driver on one JDK with workers on the other: 17 with 25, and the reverse when the tests run on 25. */
class MixedJdksPoolTest extends LivePool
        implements VerbsTest, FunctionsTest, FailuresTest, ValuesTest, LanguagesTest, SeedTest {
    MixedJdksPoolTest() {
        super("processes, processes.java-home = \"" + OtherJdk.home() + "\"");
    }

    @Test
    void workers_areOnTheOtherJdk() {
        assertThat(value(pool().call(() -> Runtime.version().feature())))
                .containsExactly(OtherJdk.FEATURE, OtherJdk.FEATURE);
    }

    @Test
    void class_tooNewForTheWorkers_isSaidAndWhatToDo() {
        assumeTrue(OtherJdk.FEATURE < Runtime.version().feature(), "the workers' JDK is the newer one");
        JobFailedException error = failure(JobFailedException.class, pool().lapply(List.of(1), ShippingTest.plus(1)));

        assertThat(error).hasStackTraceContaining("must be compiled for Java 17");
    }
}
