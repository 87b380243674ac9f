package io.github.clusterpool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** See {@link Chosen#retryOn(Class[])}. */
    @SafeVarargs
    static Chosen retryOn(Class<? extends Throwable>... types) {
        return defaults().retryOn(types);
    }

    /** See {@link Chosen#retryOn(Fn)}. */
    static Chosen retryOn(Fn<Throwable, Boolean> which) {
        return defaults().retryOn(which);
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

    /** See {@link Chosen#seed(long)}. */
    static Chosen seed(long seed) {
        return defaults().seed(seed);
    }

    /** See {@link Chosen#seedPerWorker(long)}. */
    static Chosen seedPerWorker(long seed) {
        return defaults().seedPerWorker(seed);
    }

    /** See {@link Chosen#onProgress(Consumer)}. */
    static Chosen onProgress(Consumer<Progress> listener) {
        return defaults().onProgress(listener);
    }

    /** See {@link Chosen#detached(boolean)}. */
    static Chosen detached(boolean detached) {
        return defaults().detached(detached);
    }

    /**
     * Options as chosen.
     *
     * @param chunkSize elements a chunk; 0: the pool chooses
     * @param retryOn which exceptions of the function another try may cure; null: none
     * @param timeout for the whole job; null: none
     * @param taskTimeout for one call of the function; null: none
     * @param maxConcurrency workers that run the job at the same time; 0: all
     * @param seed of {@link TaskContext#random}; null: none, each task has numbers that nobody has had
     * @param detached whether it goes on when its client is gone
     */
    record Chosen(
            int chunkSize,
            Scheduling scheduling,
            int retries,
            @Nullable Fn<Throwable, Boolean> retryOn,
            @Nullable Duration timeout,
            @Nullable Duration taskTimeout,
            boolean failFast,
            int maxConcurrency,
            @Nullable Consumer<Progress> onProgress,
            @Nullable Seed seed,
            boolean detached)
            implements JobOptions {
        private static final Chosen DEFAULTS =
                new Chosen(0, Scheduling.ROUND_ROBIN, 3, null, null, null, false, 0, null, null, false);

        /** What is about to be chosen. */
        static final class Draft {
            int chunkSize;
            Scheduling scheduling;
            int retries;

            @Nullable
            Fn<Throwable, Boolean> retryOn;

            @Nullable
            Duration timeout;

            @Nullable
            Duration taskTimeout;

            boolean failFast;
            int maxConcurrency;

            @Nullable
            Consumer<Progress> onProgress;

            @Nullable
            Seed seed;

            boolean detached;

            private Draft(Chosen from) {
                chunkSize = from.chunkSize;
                scheduling = from.scheduling;
                retries = from.retries;
                retryOn = from.retryOn;
                timeout = from.timeout;
                taskTimeout = from.taskTimeout;
                failFast = from.failFast;
                maxConcurrency = from.maxConcurrency;
                onProgress = from.onProgress;
                seed = from.seed;
                detached = from.detached;
            }

            private Chosen chosen() {
                return new Chosen(
                        chunkSize,
                        scheduling,
                        retries,
                        retryOn,
                        timeout,
                        taskTimeout,
                        failFast,
                        maxConcurrency,
                        onProgress,
                        seed,
                        detached);
            }
        }

        /** The same but for what {@code change} does. */
        Chosen with(Consumer<Draft> change) {
            Draft draft = new Draft(this);
            change.accept(draft);
            return draft.chosen();
        }

        /** Elements in a chunk, at least 1. */
        public Chosen chunkSize(int elements) {
            Check.atLeast(1, elements, "chunkSize");
            return with(draft -> draft.chunkSize = elements);
        }

        /** How elements find their workers. */
        public Chosen scheduling(Scheduling how) {
            Check.given(how, "scheduling");
            return with(draft -> draft.scheduling = how);
        }

        /**
         * How often a task runs again that was lost with its worker, or failed as {@link #retryOn} says; 0: at most once.
         * Default 3.
         */
        public Chosen retries(int times) {
            Check.atLeast(0, times, "retries");
            return with(draft -> draft.retries = times);
        }

        /**
         * Runs a task again, up to {@code retries} times and elsewhere if a worker is free, that failed with one of these
         * exceptions or errors, or a subclass. Without it whatever a function throws is its result.
         */
        @SafeVarargs
        public final Chosen retryOn(Class<? extends Throwable>... types) {
            List<String> names = new ArrayList<>();
            for (Class<? extends Throwable> type : types) {
                names.add(Check.given(type, "retryOn").getName());
            }
            return retryOn(error -> Failure.isA(error, names));
        }

        /**
         * The same for what {@code which} says yes to.
         *
         * @param which runs on the worker, with what the function threw; ships with what it captures
         */
        public Chosen retryOn(Fn<Throwable, Boolean> which) {
            Check.given(which, "retryOn");
            return with(draft -> draft.retryOn = which);
        }

        /**
         * How long the whole job may take; then it ends with a {@link TaskTimeoutException}, as soon as nothing of it runs
         * any more: at the latest {@code clusterpool.cancel-grace} later.
         */
        public Chosen timeout(Duration atMost) {
            Check.positive(atMost, "timeout");
            return with(draft -> draft.timeout = atMost);
        }

        /** How long one call of the function may take; then that task fails with a {@link TaskTimeoutException}. */
        public Chosen taskTimeout(Duration atMost) {
            Check.positive(atMost, "taskTimeout");
            return with(draft -> draft.taskTimeout = atMost);
        }

        /** Whether the first failure cancels what has not run yet. Default false: everything runs. */
        public Chosen failFast(boolean yes) {
            return with(draft -> draft.failFast = yes);
        }

        /** How many workers run the job at the same time, at most. */
        public Chosen maxConcurrency(int workers) {
            Check.atLeast(1, workers, "maxConcurrency");
            return with(draft -> draft.maxConcurrency = workers);
        }

        /**
         * Told of every step, on a thread of the pool's callbacks, one call at a time; what it throws is logged and ignored.
         * {@link ProgressBar} is one for a terminal.
         */
        public Chosen onProgress(Consumer<Progress> listener) {
            Check.given(listener, "onProgress");
            return with(draft -> draft.onProgress = listener);
        }

        /**
         * Gives each element a stream of random numbers of its own, see {@link TaskContext#random}: the same numbers for
         * any number of workers, whatever runs where and how often. Element {@code k} has the stream that
         * {@code nextRNGStream} gives after {@code k} times.
         *
         * <p>Source: R {@code RNGkind("L'Ecuyer-CMRG"); set.seed(seed)}.
         */
        public Chosen seed(long seed) {
            return seeded(new Seed(seed, false));
        }

        /**
         * Gives each worker a stream of random numbers, which all its tasks of the job take from. They are the same again
         * only if the same workers run the same elements: with {@link Scheduling#STATIC} and no loss of a worker.
         *
         * <p>Source: R {@code parallel::clusterSetRNGStream}.
         */
        public Chosen seedPerWorker(long seed) {
            return seeded(new Seed(seed, true));
        }

        /**
         * Whether the job goes on when its client, on another member of the cluster than the pool, is gone; default false: it
         * is cancelled. {@link Pool#job} finds it, from any client, by {@link Job#id}: while it runs, and then for
         * {@code clusterpool.cluster.hold}, as long as one client's such results take no more than
         * {@code clusterpool.cluster.hold-bytes}. A stream ends with its client in any case, as nobody else reads its source.
         */
        public Chosen detached(boolean yes) {
            return with(draft -> draft.detached = yes);
        }

        /** For what goes as many jobs: a worker's stream would begin anew with each of them. */
        Chosen inParts() {
            return seed == null ? this : seed(seed.number());
        }

        private Chosen seeded(Seed begin) {
            return with(draft -> draft.seed = begin);
        }
    }
}
