package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Halt;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Jobs that are stopped: nothing of them runs any more when that has been said, and how it was done is told. */
interface HaltingTest extends PoolCase {
    private static Halt halt(Job<?> job) {
        return job.halted()
                .toCompletableFuture()
                .orTimeout(Patience.much().toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Test
    default void halted_taskLooksAtItsFlag_stopsWithoutAnInterrupt() throws IOException {
        Gate started = Gate.in(folder());
        Ledger ledger = Ledger.in(folder());
        Job<List<Boolean>> job = pool().lapply(List.of(1), i -> {
            started.open();
            while (!TaskContext.current().isCancelled()) {
                Thread.onSpinWait();
            }
            ledger.add("stopped");
            return true;
        });
        started.expectOpen();

        job.cancel();

        assertThat(halt(job)).isEqualTo(new Halt(1, 0, 0));
        assertThat(ledger.lines()).containsExactly("stopped");
        assertServes();
    }

    @Test
    default void halted_taskSleeps_isInterrupted() {
        Job<List<Integer>> job = waiting(Gate.in(folder()));

        job.cancel();

        assertThat(halt(job)).isEqualTo(new Halt(0, 1, 0));
        assertServes();
    }

    @Test
    default void halted_taskIsDeaf_itsWorkerIsReplaced() {
        Gate end = Gate.in(folder());
        Job<List<Integer>> job = waitingDeaf(end);

        job.cancel();
        Halt halt = halt(job);
        expectThreadsLeft(placement() == Placement.PROCESSES ? 0 : 1);
        end.open();

        assertThat(halt).isEqualTo(new Halt(0, 0, 1));
        expectThreadsLeft(0);
    }

    /** The worker itself tells of its thread, a little later than the pool goes on without it. */
    private void expectThreadsLeft(int count) {
        Patience.await().until(() -> {
            assertServes();
            return pool().status().abandonedThreads() == count;
        });
    }

    @Test
    default void halted_jobThatWentItsWay_hadNothingToHalt() {
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> i);

        value(job);

        assertThat(halt(job)).isEqualTo(Halt.NONE);
    }

    @Test
    default void timeout_taskIsDeaf_endsTheJobWhenItsWorkerIsReplaced() {
        Gate end = Gate.in(folder());
        Job<List<Integer>> job = pool().with(JobOptions.timeout(Duration.ofMillis(500)))
                .lapply(List.of(1), i -> {
                    end.passDeaf();
                    return i;
                });

        TaskTimeoutException error = failure(TaskTimeoutException.class, job);
        end.open();

        assertThat(error)
                .hasMessage("the job took longer than its timeout (PT0.5S): 0 of 1 elements done; 1 chunk went on past"
                        + " clusterpool.cancel-grace, so that its worker was replaced");
        assertServes();
    }

    @Test
    default void retryOn_namedException_isTriedAgainUnderTheSameKey() throws IOException {
        Ledger keys = Ledger.in(folder());
        JobOptions options = JobOptions.retryOn(IOException.class);
        Job<List<Integer>> job = pool().with(options).lapply(List.of(1, 2), i -> {
            TaskContext task = TaskContext.current();
            if (i == 2) {
                keys.add(task.idempotencyKey());
                if (task.attempt() < 3) {
                    throw new FileNotFoundException("not yet");
                }
            }
            return i * 10 + task.attempt();
        });

        assertThat(value(job)).containsExactly(11, 23);
        assertThat(keys.lines()).hasSize(3).containsOnly(keys.lines().get(0));
    }

    @Test
    default void retryOn_anotherException_isTheResult() throws IOException {
        Ledger calls = Ledger.in(folder());
        Job<List<Integer>> job = pool().with(JobOptions.retryOn(IOException.class))
                .lapply(List.of(1), i -> {
                    calls.add(i);
                    throw new IllegalStateException("never better");
                });

        failure(JobFailedException.class, job);

        assertThat(calls.lines()).hasSize(1);
    }

    @Test
    default void retryOn_neverBetter_failsAfterTheLastTry() throws IOException {
        Ledger calls = Ledger.in(folder());
        String cure = "soon";
        JobOptions options = JobOptions.retries(2)
                .retryOn(error -> String.valueOf(error.getMessage()).contains(cure));
        Job<List<Integer>> job = pool().with(options).lapply(List.of(1), i -> {
            calls.add(i);
            throw new IllegalStateException("better soon");
        });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.getCause()).hasMessageContaining("better soon");
        assertThat(calls.lines()).hasSize(3);
    }

    @Test
    default void retryOn_questionThatThrows_isANo() throws IOException {
        Ledger calls = Ledger.in(folder());
        JobOptions options = JobOptions.retryOn(error -> {
            throw new IllegalArgumentException("who knows");
        });
        Job<List<Integer>> job = pool().with(options).lapply(List.of(1), i -> {
            calls.add(i);
            throw new IllegalStateException("once");
        });

        failure(JobFailedException.class, job);

        assertThat(calls.lines()).hasSize(1);
    }
}
