package io.github.clusterpool;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What became of a job's tasks: each outcome is decoded once, whoever is the first to want it. Thread-safe. */
final class Outcomes {
    private static final byte[] DECODED = {};

    private final List<JobEvent> pieces = Collections.synchronizedList(new ArrayList<>());
    private final Map<Integer, RuntimeException> errors = new ConcurrentHashMap<>();
    private volatile int decoded; // pieces

    // guarded by this
    private final BitSet filled = new BitSet();
    private final Blocks values = new Blocks();

    /** Takes in what one message says; waits for nobody who decodes. */
    void add(JobEvent piece) {
        pieces.add(piece);
    }

    /** How many messages there are so far. */
    int pieces() {
        return pieces.size();
    }

    /** Decodes what came so far, for so many tasks at least. */
    void decode(OutcomeReader reader, int size) {
        int came = pieces.size();
        while (decoded < came) {
            decodeNext(reader, size);
        }
    }

    /** What became of the tasks from {@code first} on; of those that failed the value is null, and the error is in the map. */
    record Range(int first, @Nullable Object[] values, Map<Integer, RuntimeException> errors) {
        int end() {
            return first + values.length;
        }

        @SuppressWarnings("unchecked") // what the function returned is what the caller says it returns
        <R> Result<R> result(int index) {
            RuntimeException error = errors.isEmpty() ? null : errors.get(index);
            return new Result<>(index, (R) values[index - first], error);
        }
    }

    /** What one message said. */
    Range read(int piece, OutcomeReader reader, int size) {
        while (decoded <= piece) {
            decodeNext(reader, size);
        }
        JobEvent event = pieces.get(piece);
        return new Range(first(event), values(event), errors.isEmpty() ? Map.of() : errors);
    }

    /** One piece, so that nobody waits for more than that. */
    private synchronized void decodeNext(OutcomeReader reader, int size) {
        if (decoded == pieces.size()) {
            return; // another thread was first
        }
        JobEvent piece = pieces.get(decoded);
        values.makeRoom(Math.max(size, end(piece)));
        reader.read(piece, new OutcomeReader.Sink() {
            @Override
            public void value(int index, @Nullable Object value) {
                values.set(index, value);
            }

            @Override
            public void failure(int index, RuntimeException why) {
                errors.put(index, why);
            }
        });
        filled.set(first(piece), end(piece));
        if (piece instanceof JobEvent.Outcomes some) {
            pieces.set(decoded, some.withBytes(DECODED));
        }
        decoded++;
    }

    private synchronized @Nullable Object[] values(JobEvent piece) {
        return values.copy(first(piece), end(piece));
    }

    private static int first(JobEvent piece) {
        return piece instanceof JobEvent.Outcomes some ? some.first() : ((JobEvent.Failed) piece).first();
    }

    private static int end(JobEvent piece) {
        return first(piece)
                + (piece instanceof JobEvent.Outcomes some ? some.count() : ((JobEvent.Failed) piece).count());
    }

    // ---- of what is decoded

    /** How many tasks failed. */
    int failed() {
        return errors.size();
    }

    /** The index of the first task that failed. */
    int firstFailed() {
        return Collections.min(errors.keySet());
    }

    /** The results of all tasks, none of which failed. */
    synchronized List<@Nullable Object> values(int size) {
        values.makeRoom(size);
        return values.view();
    }

    /** What became of each task; what did not run was cancelled. */
    synchronized List<Result<?>> results(int size) {
        values.makeRoom(size);
        List<@Nullable Object> all = values.view();
        List<Result<?>> results = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            RuntimeException error = filled.get(i) ? errors.get(i) : new CancellationException(Messages.notRun());
            results.add(new Result<>(i, all.get(i), error));
        }
        return results;
    }
}
