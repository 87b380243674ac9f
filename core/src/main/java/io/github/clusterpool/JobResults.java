package io.github.clusterpool;

import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The results of a job as they come. The job keeps them, so that each subscriber has them all, at its own pace. */
final class JobResults<R> implements Flow.Publisher<Result<R>> {
    private static final Outcomes.Range NONE = new Outcomes.Range(0, new Object[0], Map.of());

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

    /** There is more to read, or nothing more to come; returns whether somebody reads it now. */
    boolean tell() {
        boolean read = false;
        for (Reading reading : readings) {
            reading.tell();
            read |= reading.wantsMore();
        }
        return read;
    }

    /** How far one subscriber has come. */
    private final class Reading implements Flow.Subscription {
        private final Flow.Subscriber<? super Result<R>> subscriber;
        private final News news = new News(client, this::giveAll);
        private final AtomicLong demand = new AtomicLong();
        private final BitSet seen = new BitSet();
        private Outcomes.Range range = NONE;
        private int next; // of the range
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

        boolean wantsMore() {
            return begun && !over && demand.get() > 0;
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
            int begin = next;
            int end = begin + (int) Math.min(range.end() - begin, most); // most may be Long.MAX_VALUE
            while (next < end && !over && badRequest == null) {
                subscriber.onNext(range.result(next++));
            }
            return (long) next - begin;
        }

        private boolean hasNext(boolean ended) {
            while (next == range.end() && nextPiece < results.pieces()) {
                begin(results.read(nextPiece++));
            }
            if (ended && next == range.end() && hasNotRun()) {
                begin(notRun());
            }
            return next < range.end();
        }

        private void begin(Outcomes.Range other) {
            range = other;
            next = other.first();
            seen.set(other.first(), other.end());
        }

        private boolean isAllGiven() {
            return next == range.end() && nextPiece == results.pieces() && !hasNotRun();
        }

        /** Whether the job left tasks out because others had failed. */
        private boolean hasNotRun() {
            return job.failure() instanceof JobFailedException && seen.nextClearBit(0) < results.size();
        }

        /** One of them. */
        private Outcomes.Range notRun() {
            int index = seen.nextClearBit(0);
            return new Outcomes.Range(
                    index, new Object[1], Map.of(index, new CancellationException(Messages.notRun())));
        }

        private void finish(@Nullable Throwable why) {
            end();
            range = NONE;
            next = 0;
            if (why == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(why);
            }
        }
    }
}
