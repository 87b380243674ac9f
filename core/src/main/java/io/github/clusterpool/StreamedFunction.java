package io.github.clusterpool;

import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.JavaFlowSupport;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A function on a pool, to be applied to streams.
 *
 * @param function encoded
 */
record StreamedFunction<T, R>(PoolClient client, Codec codec, byte[] function, JobOptions.Chosen options) {
    private static final Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    static <T, R> StreamedFunction<T, R> of(PoolClient client, Codec codec, Fn<T, R> fn, JobOptions.Chosen options) {
        return new StreamedFunction<>(client, codec, codec.function(fn), options);
    }

    StreamWindow<T, R> window(StreamOrder order, boolean keeps, Runnable news) {
        return new StreamWindow<>(client, codec, function, options, order, keeps, news);
    }

    /**
     * For consumers that wait.
     *
     * @param swift whether the source is likely to have its elements ready
     */
    Stream<Result<R>> stream(Iterator<T> xs, boolean swift) {
        PulledResults<T, R> results = new PulledResults<>(Check.given(xs, "xs"), swift, this);
        return StreamSupport.stream(results, false).onClose(results::close);
    }

    /** For consumers that are told; each has the source anew. */
    Flow.Publisher<Result<R>> publisher(Flow.Publisher<T> xs, ActorSystem<?> system) {
        Check.given(xs, "xs");
        Source<Result<R>, NotUsed> results =
                JavaFlowSupport.Source.fromPublisher(xs).via(of(StreamOrder.OF_ELEMENTS, result -> result));
        return subscriber -> {
            Check.given(subscriber, "subscriber");
            try {
                results.runWith(
                                JavaFlowSupport.Sink.asPublisher(AsPublisher.WITHOUT_FANOUT),
                                Materializer.matFromSystem(system))
                        .subscribe(subscriber);
            } catch (IllegalStateException ended) { // the ActorSystem has, before anybody called the subscriber
                subscriber.onSubscribe(NOTHING);
                subscriber.onError(new PoolClosedException(Messages.poolClosed(client.pool())));
            }
        };
    }

    /** The values alone; a failure is the stream's. */
    org.apache.pekko.stream.javadsl.Flow<T, R, NotUsed> flow(StreamOrder order) {
        return of(order, StreamedFunction::value);
    }

    private <O> org.apache.pekko.stream.javadsl.Flow<T, O, NotUsed> of(StreamOrder order, StreamStage.Form<R, O> form) {
        return org.apache.pekko.stream.javadsl.Flow.fromGraph(new StreamStage<>(this, order, form));
    }

    private static <R> R value(Result<R> result) throws Exception {
        if (result.error() instanceof Exception failure) {
            throw failure;
        }
        if (result.value() == null) {
            throw new NullPointerException(Messages.nullInFlow(result.index()));
        }
        return result.value();
    }
}
