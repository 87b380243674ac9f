package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Loss;

/** What a {@link PoolSupervisor} tells whoever gave it a job; {@link Results} makes results of it. */
public sealed interface JobEvent extends PoolMessage {
    /** The number that the caller gave its job. */
    long job();

    /** The same of a job with another number. */
    JobEvent as(long number);

    /** So many of the job's tasks were given to workers, or have an outcome already. */
    record Dealt(long job, int count) implements JobEvent {
        @Override
        public Dealt as(long number) {
            return new Dealt(number, count);
        }
    }

    /**
     * Outcomes of {@code count} tasks from {@code first} on.
     *
     * @param failed how many of them are failures
     * @param bytes encoded; empty: each has no value
     * @param nanos the worker spent on them; 0 where nobody measured
     */
    record Outcomes(long job, int worker, int first, int count, int failed, byte[] bytes, long nanos)
            implements JobEvent {
        @Override
        public Outcomes as(long number) {
            return new Outcomes(number, worker, first, count, failed, bytes, nanos);
        }

        Outcomes withBytes(byte[] other) {
            return new Outcomes(job, worker, first, count, failed, other, nanos);
        }
    }

    /** {@code count} tasks from {@code first} on have no outcome of their own. */
    record Failed(long job, int first, int count, Loss loss) implements JobEvent {
        @Override
        public Failed as(long number) {
            return new Failed(number, first, count, loss);
        }
    }

    /**
     * The last word on a job.
     *
     * @param size how many tasks it had
     */
    record Ended(long job, int size, Ending ending, PoolStatus status) implements JobEvent {
        @Override
        public Ended as(long number) {
            return new Ended(number, size, ending, status);
        }
    }
}
