package io.github.clusterpool;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** A subscriber that asks for what its test says, and keeps what it is given. */
final class Probe<T> implements Flow.Subscriber<T> {
    final List<T> items = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<List<T>> end = new CompletableFuture<>();

    /** Subscribed, and has asked for nothing. */
    static <T> Probe<T> of(Flow.Publisher<T> publisher) {
        Probe<T> probe = new Probe<>();
        publisher.subscribe(probe);
        return probe;
    }

    /** All that a publisher gives; fails as it does. */
    static <T> List<T> all(Flow.Publisher<T> publisher) {
        Probe<T> probe = of(publisher);
        probe.request(Long.MAX_VALUE);
        return probe.toEnd();
    }

    List<T> toEnd() {
        return end.orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS).join();
    }

    /** The failure it ended with. */
    Throwable failure() {
        return end.handle((all, error) -> error)
                .orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    boolean isEnded() {
        return end.isDone();
    }

    void request(long n) {
        subscription.join().request(n);
    }

    void cancel() {
        subscription.join().cancel();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete(given);
    }

    @Override
    public void onNext(T item) {
        items.add(item);
    }

    @Override
    public void onError(Throwable why) {
        end.completeExceptionally(why);
    }

    @Override
    public void onComplete() {
        end.complete(items);
    }
}
