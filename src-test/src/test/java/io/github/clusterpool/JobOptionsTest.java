package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JobOptionsTest {
    @Test
    void options_chained_keepOneAnother() {
        Consumer<Progress> listener = progress -> {};
        Fn<Throwable, Boolean> which = error -> true;

        JobOptions.Chosen all = JobOptions.retries(1)
                .chunkSize(2)
                .scheduling(Scheduling.STATIC)
                .timeout(Duration.ofSeconds(3))
                .taskTimeout(Duration.ofSeconds(4))
                .failFast(true)
                .maxConcurrency(5)
                .onProgress(listener)
                .seed(6)
                .retryOn(which)
                .detached(true);

        assertThat(all)
                .isEqualTo(new JobOptions.Chosen(
                        2,
                        Scheduling.STATIC,
                        1,
                        which,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        true,
                        5,
                        listener,
                        new Seed(6, false),
                        true));
    }

    @Test
    void options_begunWithAny_areDefaultsButForThat() {
        assertThat(JobOptions.chunkSize(7)).isEqualTo(JobOptions.defaults().chunkSize(7));
        assertThat(JobOptions.scheduling(Scheduling.DYNAMIC).scheduling()).isEqualTo(Scheduling.DYNAMIC);
        assertThat(JobOptions.timeout(Duration.ofDays(1)).timeout()).isEqualTo(Duration.ofDays(1));
        assertThat(JobOptions.taskTimeout(Duration.ofDays(1)).taskTimeout()).isEqualTo(Duration.ofDays(1));
        assertThat(JobOptions.failFast(true).failFast()).isTrue();
        assertThat(JobOptions.maxConcurrency(2).maxConcurrency()).isEqualTo(2);
        assertThat(JobOptions.seed(1).seed()).isEqualTo(new Seed(1, false));
        assertThat(JobOptions.seedPerWorker(1).seed()).isEqualTo(new Seed(1, true));
        assertThat(JobOptions.defaults().retries()).isEqualTo(3);
    }

    @Test
    void options_badValues_areRefused() {
        assertRefused(() -> JobOptions.chunkSize(0), "chunkSize must be at least 1, got 0");
        assertRefused(() -> JobOptions.retries(-1), "retries must be at least 0, got -1");
        assertRefused(() -> JobOptions.maxConcurrency(0), "maxConcurrency must be at least 1, got 0");
        assertRefused(() -> JobOptions.timeout(Duration.ZERO), "timeout must be longer than zero, got PT0S");
        assertRefused(
                () -> JobOptions.taskTimeout(Duration.ofMillis(-1)),
                "taskTimeout must be longer than zero, got PT-0.001S");
        assertThatThrownBy(() -> JobOptions.scheduling(null)).hasMessage("scheduling must be given, got null");
        assertThatThrownBy(() -> JobOptions.timeout(null)).hasMessage("timeout must be given, got null");
        assertThatThrownBy(() -> JobOptions.onProgress(null)).hasMessage("onProgress must be given, got null");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
