package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a pool says of one job and gives the results in order. {@link Pool} does it for its callers; an actor that
 * talks to a {@link PoolSupervisor} hands every {@link JobEvent} of its job to {@link #add}.
 *
 * <p>Not thread-safe, but where that is said.
 */
public final class Results<R> {
    private static final Object ELSEWHERE = new Object() {
        @Override
        public String toString() {
            return "another client's";
        }
    };

    private final Codec codec;
    private final String pool;
    private final String verb;
    private final @Nullable IntFunction<Object> elements;
    private final Outcomes outcomes = new Outcomes();
    private final int firstIndex;
    private final boolean part;
    private final long began = System.nanoTime();
    private int dealt;
    private long nanos;
    private long bytes;
    private volatile Progress progress;
    private JobEvent.@Nullable Ended ended;

    Results(Codec codec, String pool, String verb, int total, @Nullable IntFunction<Object> elements) {
        this(codec, pool, verb, total, elements, 0, false);
    }

    /** Of a part of a stream, which begins with the element {@code firstIndex}. */
    static Results<Object> ofPart(Codec codec, String pool, List<?> elements, int firstIndex) {
        return new Results<>(codec, pool, "stream", elements.size(), elements::get, firstIndex, true);
    }

    /** Of a job that somebody else gave, whose elements only that one knows. */
    static Results<Object> ofUnknown(Codec codec, String pool) {
        return new Results<>(codec, pool, "job", 0, index -> ELSEWHERE);
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
        this.progress = new Progress(0, 0, 0, total, Duration.ZERO);
    }

    /**
     * Takes one message in.
     *
     * @return true if the job has ended and {@link #get} may be called
     */
    public boolean add(JobEvent event) {
        if (event instanceof JobEvent.Ended last) {
            ended = last;
            progress = progress(progress.done(), progress.failed(), 0, Math.max(progress.total(), last.size()));
            return true;
        }
        long done = progress.done();
        long failed = progress.failed();
        if (event instanceof JobEvent.Dealt some) {
            dealt = some.count();
        } else if (event instanceof JobEvent.Outcomes some) {
            done += some.count();
            failed += some.failed();
            nanos += some.nanos();
            bytes += some.bytes().length;
            outcomes.add(event);
        } else if (event instanceof JobEvent.Failed loss) {
            done += loss.count();
            failed += loss.count();
            outcomes.add(event);
        }
        progress = progress(done, failed, Math.max(0, dealt - done), progress.total());
        return false;
    }

    private Progress progress(long done, long failed, long running, long total) {
        return new Progress(done, failed, running, total, Duration.ofNanos(System.nanoTime() - began));
    }

    /** How far the job has come; thread-safe. */
    public Progress progress() {
        return progress;
    }

    /** What the workers spent on the outcomes so far. */
    long nanos() {
        return nanos;
    }

    /** What the outcomes so far take on the wire. */
    long bytes() {
        return bytes;
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
            Duration atMost = Duration.ofNanos(late.nanos());
            boolean isChange = elements == null && (verb.equals("evalq") || verb.equals("export"));
            return new TaskTimeoutException(
                    isChange
                            ? Messages.changeTimedOut(verb, atMost, progress)
                            : Messages.timedOut(atMost, progress, late.halt()));
        }
        if (ending instanceof Ending.Deleted) {
            return new PoolClosedException(Messages.poolDeleted(pool, progress));
        }
        if (ending instanceof Ending.StartFailed failed) {
            return new PoolStartException(Messages.startFailed(pool, failed.reason()));
        }
        if (ending instanceof Ending.TooDeep deep) {
            return new PoolOverloadedException(Messages.tooDeep(pool, deep.limit()));
        }
        if (ending instanceof Ending.NotAllowed) {
            return new PoolException(ClientMessages.notAllowed(pool));
        }
        if (ending instanceof Ending.NoSuchJob) {
            return new PoolException(ClientMessages.noSuchJob(pool));
        }
        if (ending instanceof Ending.LostWithHost) {
            return new WorkerLostException(ClientMessages.jobLostWithHost(pool), List.of());
        }
        if (ending instanceof Ending.GivenUp given) {
            return new PoolClosedException(given.reason());
        }
        if (ending instanceof Ending.Overloaded over) {
            return new PoolOverloadedException(
                    Messages.overloaded(pool, over.what(), over.got(), over.limit(), over.key()));
        }
        return new PoolMissingException(Messages.poolMissing(pool));
    }

    /** How many messages with outcomes there are so far; thread-safe. */
    int pieces() {
        return outcomes.pieces();
    }

    /** What one of them says, from 0 on: the same objects that {@link #get} gives; thread-safe. */
    Outcomes.Range read(int piece) {
        return outcomes.read(piece, reader(), size());
    }

    /** Decodes what came so far, so that less is left to do in {@link #get}; thread-safe. */
    void decode() {
        outcomes.decode(reader(), size());
    }

    /** How many tasks there are, as far as is known; thread-safe. */
    int size() {
        return (int) progress.total();
    }

    private OutcomeReader reader() {
        return new OutcomeReader(codec, elements, firstIndex, part || size() == 0 ? Messages.UNKNOWN_SIZE : size());
    }

    @SuppressWarnings("unchecked") // what the function returned is what the caller says it returns
    private List<R> completed(int size) {
        outcomes.decode(reader(), size);
        if (outcomes.failed() > 0) {
            throw failure(outcomes.results(size), outcomes.firstFailed());
        }
        return (List<R>) outcomes.values(size);
    }

    private JobFailedException failure(List<Result<?>> results, int index) {
        Throwable first = Objects.requireNonNull(results.get(index).error());
        int failed = outcomes.failed();
        if (elements == null) {
            return new BroadcastFailedException(
                    Messages.failedBroadcast(verb, failed, results.size(), what(first)), results, first);
        }
        String message = first instanceof TaskFailedException thrown
                ? Messages.failedJob(
                        failed, results.size(), index, element(index), thrown.workerId(), what(first.getCause()))
                : Messages.failedJob(failed, results.size(), what(first));
        return new JobFailedException(message, results, first);
    }

    private String element(int index) {
        return elements == null ? "" : " (" + Messages.preview(elements.apply(index)) + ")";
    }

    private static String what(@Nullable Throwable error) {
        return error instanceof RemoteException || error == null
                ? Messages.oneLine(String.valueOf(error))
                : "" + error.getMessage();
    }
}
