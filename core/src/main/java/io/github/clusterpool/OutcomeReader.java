package io.github.clusterpool;

import io.github.clusterpool.state.Loss;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Makes values and errors of what a pool says of some of a job's tasks. */
final class OutcomeReader {
    /** Takes each outcome in. */
    interface Sink {
        void value(int index, @Nullable Object value);

        void failure(int index, RuntimeException why);
    }

    private final Codec codec;
    private final @Nullable IntFunction<Object> elements;
    private final int firstIndex;
    private final int size;

    /**
     * For one job.
     *
     * @param elements null for a broadcast, which has none
     * @param firstIndex what messages call the first element
     * @param size for messages
     */
    OutcomeReader(Codec codec, @Nullable IntFunction<Object> elements, int firstIndex, int size) {
        this.codec = codec;
        this.elements = elements;
        this.firstIndex = firstIndex;
        this.size = size;
    }

    void read(JobEvent event, Sink sink) {
        if (event instanceof JobEvent.Failed loss) {
            List<WorkerDeath> deaths =
                    loss.loss().deaths().stream().map(WorkerDeath::of).toList();
            for (int i = loss.first(); i < loss.first() + loss.count(); i++) {
                sink.failure(i, lost(i, loss.loss(), deaths));
            }
        } else if (event instanceof JobEvent.Outcomes some) {
            List<@Nullable Object> decoded = decode(some);
            for (int i = 0; i < some.count(); i++) {
                int index = some.first() + i;
                Object outcome = decoded.get(i);
                if (outcome instanceof Failure failure) {
                    sink.failure(index, failed(index, failure, some.worker()));
                } else {
                    sink.value(index, outcome);
                }
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

    private PoolException failed(int index, Failure failure, int worker) {
        String message = elements == null
                ? Messages.failedOnWorker(worker, Messages.oneLine(failure.describe()))
                : Messages.failedTask(named(index), size, element(index), worker, Messages.oneLine(failure.describe()));
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
                new PoisonTaskException(Messages.poison(named(index), size, element(index), loss.deaths()), deaths);
            case TOO_LARGE ->
                new PayloadTooLargeException(
                        Messages.failedTask(named(index), size, element(index), loss.worker(), loss.reason()));
            case TASK_TIMEOUT ->
                new TaskTimeoutException(
                        Messages.failedTask(named(index), size, element(index), loss.worker(), loss.reason()));
            case WORKER_LOST ->
                new WorkerLostException(
                        Messages.lost(
                                named(index), size, element(index), loss.worker(), loss.reason(), loss.attempts()),
                        deaths);
        };
    }

    private int named(int index) {
        return firstIndex + index;
    }

    private String element(int index) {
        return elements == null ? "" : " (" + Messages.preview(elements.apply(index)) + ")";
    }
}
