package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.code.ClassOrigins;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecTest {
    private final ClassOrigins origins = new ClassOrigins(CodecTest.class.getClassLoader(), List.of());
    private final Codec codec = new Codec(PoolConfig.inProcess(1), origins);

    @Test
    void ofThisGeneration_firstOne_isItself() {
        assertThat(codec.ofThisGeneration()).isSameAs(codec);
    }

    @Test
    void ofThisGeneration_eachLaterOne_isMadeOnceForAllItsJobs() {
        origins.nextGeneration();
        Codec second = codec.ofThisGeneration();
        assertThat(second).isNotSameAs(codec).isSameAs(codec.ofThisGeneration());
        assertThat(second.loader()).isSameAs(origins.loader());

        origins.nextGeneration();
        Codec third = codec.ofThisGeneration();
        assertThat(third).isNotSameAs(second).isSameAs(codec.ofThisGeneration());
        assertThat(third.loader()).isSameAs(origins.loader());
    }
}
