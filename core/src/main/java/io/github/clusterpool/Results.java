package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a pool says of one job and gives the results in order. {@link Pool} does it for its callers; an actor that
 * talks to a {@link PoolSupervisor} hands every {@link JobEvent} of its job to {@link #add}.
 *
 * <p>Not thread-safe, but for {@link #progress}.
 */
public final class Results<R> {
    private final Codec codec;
    private final String pool;
    private final String verb;
    private final @Nullable IntFunction<Object> elements;
    private final List<JobEvent> pieces = new ArrayList<>();
    private final int firstIndex;
    private final boolean part;
    private volatile Progress progress;
    private JobEvent.@Nullable Ended ended;

    Results(Codec codec, String pool, String verb, int total, @Nullable IntFunction<Object> elements) {
        this(codec, pool, verb, total, elements, 0, false);
    }

    /** Of a part of a stream, which begins with the element {@code firstIndex}. */
    static Results<Object> ofPart(Codec codec, String pool, List<?> elements, int firstIndex) {
        return new Results<>(codec, pool, "stream", elements.size(), elements::get, firstIndex, true);
    }

    private Results(
            Codec codec,
            String pool,
            String verb,
            int total,
            @Nullable IntFunction<Object> elements,
            int firstIndex,
            boolean part) {
        this.codec = codec.ofThisGeneration();
        this.pool = pool;
        this.verb = verb;
        this.elements = elements;
        this.firstIndex = firstIndex;
        this.part = part;
        this.progress = new Progress(0, 0, total);
    }

    /**
     * Takes one message in.
     *
     * @return true if the job has ended and {@link #get} may be called
     */
    public boolean add(JobEvent event) {
        if (event instanceof JobEvent.Ended last) {
            ended = last;
            progress = new Progress(progress.done(), progress.failed(), Math.max(progress.total(), last.size()));
            return true;
        }
        pieces.add(event);
        progress = event instanceof JobEvent.Outcomes some
                ? progress.plus(some.count(), some.failed())
                : event instanceof JobEvent.Failed loss ? progress.plus(loss.count(), loss.count()) : progress;
        return false;
    }

    /** How far the job has come. */
    public Progress progress() {
        return progress;
    }

    /** What the workers spent on the outcomes so far. */
    long nanos() {
        return outcomes().mapToLong(JobEvent.Outcomes::nanos).sum();
    }

    /** What the outcomes so far take on the wire. */
    long bytes() {
        return outcomes().mapToLong(some -> some.bytes().length).sum();
    }

    private Stream<JobEvent.Outcomes> outcomes() {
        return pieces.stream().filter(JobEvent.Outcomes.class::isInstance).map(JobEvent.Outcomes.class::cast);
    }

    /**
     * The results in order.
     *
     * @throws PoolException why there are none
     * @throws CancellationException if the job was cancelled
     */
    public List<R> get() {
        if (ended == null) {
            throw new IllegalStateException("the job must have ended, got " + progress);
        }
        if (!(ended.ending() instanceof Ending.Completed)) {
            throw notCompleted(ended.ending());
        }
        return completed(ended.size());
    }

    private RuntimeException notCompleted(Ending ending) {
        if (ending instanceof Ending.Cancelled) {
            return new CancellationException(Messages.cancelled(pool));
        }
        if (ending instanceof Ending.TimedOut late) {
            return new TaskTimeoutException(Messages.timedOut(Duration.ofNanos(late.nanos()), progress, late.halt()));
        }
        if (ending instanceof Ending.Deleted) {
            return new PoolClosedException(Messages.poolDeleted(pool, progress));
        }
        if (ending instanceof Ending.StartFailed failed) {
            return new PoolStartException(Messages.startFailed(pool, failed.reason()));
        }
        if (ending instanceof Ending.Overloaded over) {
            return new PoolOverloadedException(
                    Messages.overloaded(pool, over.what(), over.got(), over.limit(), over.key()));
        }
        return new PoolMissingException(Messages.poolMissing(pool));
    }

    @SuppressWarnings("unchecked") // what the function returned is what the caller says it returns
    private List<R> completed(int size) {
        Outcomes outcomes = new Outcomes(size);
        for (JobEvent piece : pieces) {
            outcomes.fill(piece);
        }
        if (outcomes.failed > 0) {
            throw outcomes.failure();
        }
        return (List<R>) Collections.unmodifiableList(Arrays.asList(outcomes.values));
    }

    /** One slot for each task. */
    private final class Outcomes {
        private final @Nullable Object[] values;
        private final @Nullable Throwable[] errors;
        private final boolean[] filled;
        private int failed;

        Outcomes(int size) {
            values = new Object[size];
            errors = new Throwable[size];
            filled = new boolean[size];
        }

        void fill(JobEvent event) {
            if (event instanceof JobEvent.Failed loss) {
                List<WorkerDeath> deaths =
                        loss.loss().deaths().stream().map(WorkerDeath::of).toList();
                for (int i = loss.first(); i < loss.first() + loss.count(); i++) {
                    fail(i, lost(i, loss.loss(), deaths));
                }
            } else if (event instanceof JobEvent.Outcomes some) {
                List<@Nullable Object> decoded = decode(some);
                for (int i = 0; i < some.count(); i++) {
                    fill(some.first() + i, decoded.get(i), some.worker());
                }
            }
        }

        private List<@Nullable Object> decode(JobEvent.Outcomes some) {
            if (some.bytes().length == 0) {
                return Collections.nCopies(some.count(), null);
            }
            try {
                return codec.outcomes(some.bytes(), some.count());
            } catch (RuntimeException e) {
                return Collections.nCopies(some.count(), Codec.unreadable(e));
            }
        }

        private void fill(int index, @Nullable Object outcome, int worker) {
            if (outcome instanceof Failure failure) {
                fail(index, failed(index, failure, worker));
            } else {
                filled[index] = true;
                values[index] = outcome;
            }
        }

        private void fail(int index, Throwable error) {
            filled[index] = true;
            errors[index] = error;
            failed++;
        }

        private PoolException failed(int index, Failure failure, int worker) {
            String message = elements == null
                    ? Messages.failedOnWorker(worker, Messages.oneLine(failure.describe()))
                    : Messages.failedTask(
                            named(index), size(), element(index), worker, Messages.oneLine(failure.describe()));
            return switch (failure.kind()) {
                case THREW -> new TaskFailedException(message, named(index), worker, failure.asException());
                case NOT_PORTABLE -> new NotPortableException(message, null);
                case TOO_LARGE -> new PayloadTooLargeException(message);
                case CLASS_MISSING -> new ClassMissingException(message);
                case TASK_TIMEOUT -> new TaskTimeoutException(message, failure.asException());
            };
        }

        private PoolException lost(int index, Loss loss, List<WorkerDeath> deaths) {
            return switch (loss.kind()) {
                case NO_WORKER -> new WorkerLostException(Messages.noWorker(loss.worker(), loss.reason()), deaths);
                case POISON ->
                    new PoisonTaskException(
                            Messages.poison(named(index), size(), element(index), loss.deaths()), deaths);
                case TASK_TIMEOUT ->
                    new TaskTimeoutException(
                            Messages.failedTask(named(index), size(), element(index), loss.worker(), loss.reason()));
                case WORKER_LOST ->
                    new WorkerLostException(
                            Messages.lost(
                                    named(index),
                                    size(),
                                    element(index),
                                    loss.worker(),
                                    loss.reason(),
                                    loss.attempts()),
                            deaths);
            };
        }

        private int named(int index) {
            return firstIndex + index;
        }

        private int size() {
            return part ? Messages.UNKNOWN_SIZE : values.length;
        }

        private String element(int index) {
            return elements == null ? "" : " (" + Messages.preview(elements.apply(index)) + ")";
        }

        private JobFailedException failure() {
            List<Result<?>> results = new ArrayList<>();
            int first = -1;
            for (int i = 0; i < values.length; i++) {
                if (!filled[i]) {
                    results.add(new Result<>(i, null, new CancellationException(Messages.notRun())));
                } else {
                    first = first < 0 && errors[i] != null ? i : first;
                    results.add(new Result<>(i, values[i], errors[i]));
                }
            }
            return failure(results, first, Objects.requireNonNull(errors[first]));
        }

        private JobFailedException failure(List<Result<?>> results, int index, Throwable first) {
            if (elements == null) {
                String message = Messages.failedBroadcast(verb, failed, values.length, what(first));
                return new BroadcastFailedException(message, results, first);
            }
            String message = first instanceof TaskFailedException thrown
                    ? Messages.failedJob(
                            failed, values.length, index, element(index), thrown.workerId(), what(first.getCause()))
                    : Messages.failedJob(failed, values.length, what(first));
            return new JobFailedException(message, results, first);
        }

        private static String what(@Nullable Throwable error) {
            return error instanceof RemoteException || error == null
                    ? Messages.oneLine(String.valueOf(error))
                    : "" + error.getMessage();
        }
    }
}
