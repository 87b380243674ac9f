package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;

/** What the cases that hold in every placement need: a clean pool of {@link #SIZE} workers, and a folder of their own. */
interface PoolCase {
    int SIZE = 2;

    Pool pool();

    Path folder();

    Placement placement();

    /** The job's value. */
    static <T> T value(Job<T> job) {
        return job.join(Patience.much());
    }

    /** How the job failed. */
    static <E extends Throwable> E failure(Class<E> type, Job<?> job) {
        return assertThrows(type, () -> job.join(Patience.much()));
    }

    /** The worker on which an element failed. */
    static int worker(JobFailedException failed, int index) {
        return ((TaskFailedException) failed.outcomes().get(index).error()).workerId();
    }

    /** The outcomes' values, null where an element failed. */
    static List<Object> values(JobFailedException failed) {
        return failed.outcomes().stream().<Object>map(Result::value).toList();
    }

    /** A job whose only task waits for {@code end}, and has begun to. */
    default Job<List<Integer>> waiting(Gate end) {
        Gate started = Gate.in(folder());
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
            started.open();
            end.pass();
            return i;
        });
        started.expectOpen();
        return job;
    }

    /** As {@link #waiting}, but nothing that is done to the task makes it stop before {@code end}. */
    default Job<List<Integer>> waitingDeaf(Gate end) {
        Gate started = Gate.in(folder());
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
            started.open();
            end.passDeaf();
            return i;
        });
        started.expectOpen();
        return job;
    }

    /** How often workers have been replaced, all together. */
    default int restarts() {
        return pool().status().workers().stream()
                .mapToInt(WorkerStatus::restarts)
                .sum();
    }

    /** The pool still does what it is for. */
    default void assertServes() {
        assertThat(value(pool().lapply(List.of(1, 2, 3), i -> i * 2))).containsExactly(2, 4, 6);
    }
}
