package io.github.clusterpool;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a job shall run: {@code pool.with(JobOptions.retries(3).timeout(ofSeconds(30)))}. Begin with any option and go on
 * with any other.
 */
public sealed interface JobOptions {
    /** What holds where nothing is said. */
    static Chosen defaults() {
        return Chosen.DEFAULTS;
    }

    /** See {@link Chosen#chunkSize(int)}. */
    static Chosen chunkSize(int elements) {
        return defaults().chunkSize(elements);
    }

    /** See {@link Chosen#scheduling(Scheduling)}. */
    static Chosen scheduling(Scheduling scheduling) {
        return defaults().scheduling(scheduling);
    }

    /** See {@link Chosen#retries(int)}. */
    static Chosen retries(int retries) {
        return defaults().retries(retries);
    }

    /** See {@link Chosen#timeout(Duration)}. */
    static Chosen timeout(Duration timeout) {
        return defaults().timeout(timeout);
    }

    /** See {@link Chosen#taskTimeout(Duration)}. */
    static Chosen taskTimeout(Duration timeout) {
        return defaults().taskTimeout(timeout);
    }

    /** See {@link Chosen#failFast(boolean)}. */
    static Chosen failFast(boolean failFast) {
        return defaults().failFast(failFast);
    }

    /** See {@link Chosen#maxConcurrency(int)}. */
    static Chosen maxConcurrency(int workers) {
        return defaults().maxConcurrency(workers);
    }

    /** See {@link Chosen#onProgress(Consumer)}. */
    static Chosen onProgress(Consumer<Progress> listener) {
        return defaults().onProgress(listener);
    }

    /**
     * Options as chosen.
     *
     * @param chunkSize elements a chunk; 0: the pool chooses
     * @param timeout for the whole job; null: none
     * @param taskTimeout for one call of the function; null: none
     * @param maxConcurrency workers that run the job at the same time; 0: all
     */
    record Chosen(
            int chunkSize,
            Scheduling scheduling,
            int retries,
            @Nullable Duration timeout,
            @Nullable Duration taskTimeout,
            boolean failFast,
            int maxConcurrency,
            @Nullable Consumer<Progress> onProgress)
            implements JobOptions {
        private static final Chosen DEFAULTS = new Chosen(0, Scheduling.ROUND_ROBIN, 3, null, null, false, 0, null);

        /** Elements in a chunk, at least 1. */
        public Chosen chunkSize(int elements) {
            Check.atLeast(1, elements, "chunkSize");
            return new Chosen(
                    elements, scheduling, retries, timeout, taskTimeout, failFast, maxConcurrency, onProgress);
        }

        /** How elements find their workers. */
        public Chosen scheduling(Scheduling how) {
            Check.given(how, "scheduling");
            return new Chosen(chunkSize, how, retries, timeout, taskTimeout, failFast, maxConcurrency, onProgress);
        }

        /** How often a task that was lost with its worker runs again: 0 for at most once. Default 3. */
        public Chosen retries(int times) {
            Check.atLeast(0, times, "retries");
            return new Chosen(chunkSize, scheduling, times, timeout, taskTimeout, failFast, maxConcurrency, onProgress);
        }

        /** How long the whole job may take; then it ends with a {@link TaskTimeoutException}. */
        public Chosen timeout(Duration atMost) {
            Check.positive(atMost, "timeout");
            return new Chosen(
                    chunkSize, scheduling, retries, atMost, taskTimeout, failFast, maxConcurrency, onProgress);
        }

        /** How long one call of the function may take; then that task fails with a {@link TaskTimeoutException}. */
        public Chosen taskTimeout(Duration atMost) {
            Check.positive(atMost, "taskTimeout");
            return new Chosen(chunkSize, scheduling, retries, timeout, atMost, failFast, maxConcurrency, onProgress);
        }

        /** Whether the first failure cancels what has not run yet. Default false: everything runs. */
        public Chosen failFast(boolean yes) {
            return new Chosen(chunkSize, scheduling, retries, timeout, taskTimeout, yes, maxConcurrency, onProgress);
        }

        /** How many workers run the job at the same time, at most. */
        public Chosen maxConcurrency(int workers) {
            Check.atLeast(1, workers, "maxConcurrency");
            return new Chosen(chunkSize, scheduling, retries, timeout, taskTimeout, failFast, workers, onProgress);
        }

        /** Told of every step, on a thread of the pool's callbacks; what it throws is logged and ignored. */
        public Chosen onProgress(Consumer<Progress> listener) {
            Check.given(listener, "onProgress");
            return new Chosen(chunkSize, scheduling, retries, timeout, taskTimeout, failFast, maxConcurrency, listener);
        }
    }
}
