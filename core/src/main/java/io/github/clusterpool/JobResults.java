package io.github.clusterpool;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The results of a job as they come. The job keeps them, so that each subscriber has them all, at its own pace. */
final class JobResults<R> implements Flow.Publisher<Result<R>> {
    private final PoolClient client;
    private final Results<Object> results;
    private final LiveJob<?, R> job;
    private final Set<Reading> readings = ConcurrentHashMap.newKeySet();

    JobResults(PoolClient client, Results<Object> results, LiveJob<?, R> job) {
        this.client = client;
        this.results = results;
        this.job = job;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Result<R>> subscriber) {
        Reading reading = new Reading(Check.given(subscriber, "subscriber"));
        readings.add(reading);
        reading.begin();
    }

    /** There is more to read, or nothing more to come. */
    void tell() {
        readings.forEach(Reading::tell);
    }

    /** How far one subscriber has come. */
    private final class Reading implements Flow.Subscription, OutcomeReader.Sink {
        private final Flow.Subscriber<? super Result<R>> subscriber;
        private final News news = new News(client, this::giveAll);
        private final AtomicLong demand = new AtomicLong();
        private final Deque<Result<R>> decoded = new ArrayDeque<>();
        private final BitSet seen = new BitSet();
        private int nextPiece;
        private volatile boolean begun;
        private volatile boolean over;
        private volatile @Nullable IllegalArgumentException badRequest;

        Reading(Flow.Subscriber<? super Result<R>> subscriber) {
            this.subscriber = subscriber;
        }

        void begin() {
            subscriber.onSubscribe(this);
            begun = true;
            tell();
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                badRequest = new IllegalArgumentException(Messages.atLeast("request (rule 3.9)", 1, n));
            } else {
                demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
            }
            tell();
        }

        @Override
        public void cancel() {
            end();
        }

        private void end() {
            over = true;
            readings.remove(this);
        }

        /** Nobody reads before {@code onSubscribe} is over. */
        void tell() {
            if (begun) {
                news.tell();
            }
        }

        private void giveAll() {
            try {
                giveWanted();
            } catch (Throwable e) { // a subscriber must not throw; it hears nothing more
                end();
                throw e;
            }
        }

        private void giveWanted() {
            while (!over) {
                boolean ended = job.isDone(); // before looking for what it has
                IllegalArgumentException bad = badRequest;
                long wanted = demand.get();
                if (bad != null) {
                    finish(bad);
                } else if (wanted > 0 && hasNext(ended)) {
                    demand.addAndGet(-give(wanted));
                } else if (ended && isAllGiven()) {
                    finish(job.failure() instanceof JobFailedException ? null : job.failure());
                } else {
                    return;
                }
            }
        }

        /** Returns how many it gave of what is decoded. */
        private long give(long most) {
            long given = 0;
            while (given < most && !decoded.isEmpty() && !over && badRequest == null) {
                subscriber.onNext(decoded.remove());
                given++;
            }
            return given;
        }

        private boolean hasNext(boolean ended) {
            while (decoded.isEmpty() && nextPiece < results.pieces()) {
                results.read(nextPiece++, this);
            }
            if (ended && decoded.isEmpty()) {
                addNotRun();
            }
            return !decoded.isEmpty();
        }

        private boolean isAllGiven() {
            return decoded.isEmpty() && nextPiece == results.pieces() && !hasNotRun();
        }

        /** Whether the job left tasks out because others had failed. */
        private boolean hasNotRun() {
            return job.failure() instanceof JobFailedException && seen.cardinality() < results.size();
        }

        private void addNotRun() {
            for (int i = 0; hasNotRun(); i++) {
                if (!seen.get(i)) {
                    failure(i, new CancellationException(Messages.notRun()));
                }
            }
        }

        private void finish(@Nullable Throwable why) {
            end();
            decoded.clear();
            if (why == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(why);
            }
        }

        @Override
        @SuppressWarnings("unchecked") // what the function returned is what the caller says it returns
        public void value(int index, @Nullable Object value) {
            seen.set(index);
            decoded.add(new Result<>(index, (R) value, null));
        }

        @Override
        public void failure(int index, RuntimeException why) {
            seen.set(index);
            decoded.add(new Result<>(index, null, why));
        }
    }
}
