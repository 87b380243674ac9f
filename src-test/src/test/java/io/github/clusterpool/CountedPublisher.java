package io.github.clusterpool;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Counts from 0 as it is asked to, on the thread that asks, and knows how far; for one subscriber at a time. */
final class CountedPublisher<T> implements Flow.Publisher<T>, Flow.Subscription {
    final AtomicLong asked = new AtomicLong();
    final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicLong waiting = new AtomicLong();
    private final long size;
    private final LongFunction<T> element;
    private Flow.Subscriber<? super T> subscriber;
    private long next;

    CountedPublisher(long size, LongFunction<T> element) {
        this.size = size;
        this.element = element;
    }

    /** Never ends. */
    CountedPublisher(LongFunction<T> element) {
        this(Long.MAX_VALUE, element);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> given) {
        subscriber = given;
        next = 0;
        asked.set(0);
        waiting.set(0);
        cancelled.set(false);
        given.onSubscribe(this);
        endIfOver();
    }

    @Override
    public void request(long n) {
        asked.addAndGet(n);
        if (waiting.getAndAdd(n) > 0) {
            return; // asked from onNext
        }
        do {
            if (next < size && !cancelled.get()) {
                give();
                endIfOver();
            }
        } while (waiting.decrementAndGet() > 0);
    }

    private void give() {
        T x;
        try {
            x = element.apply(next++);
        } catch (RuntimeException e) {
            cancelled.set(true);
            subscriber.onError(e);
            return;
        }
        subscriber.onNext(x);
    }

    private void endIfOver() {
        if (next == size && !cancelled.getAndSet(true)) {
            subscriber.onComplete();
        }
    }

    @Override
    public void cancel() {
        cancelled.set(true);
    }
}
