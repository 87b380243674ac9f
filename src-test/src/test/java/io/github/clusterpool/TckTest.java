package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, by their own test kit. */
interface TckTest extends PoolCase {
    /** Cancels when it has three elements. */
    final class ThreeOnly<T> implements Flow.Subscriber<T> {
        private final CountDownLatch came = new CountDownLatch(3);
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(3);
        }

        @Override
        public void onNext(T x) {
            came.countDown();
            if (came.getCount() == 0) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("complete before four elements came");
        }
    }

    /** The kit's tests of one publisher. */
    final class Rules<T> extends FlowPublisherVerification<T> {
        private final long most;
        private final LongFunction<Flow.Publisher<T>> publisher;
        private final Supplier<Flow.Publisher<T>> failed;

        Rules(long most, LongFunction<Flow.Publisher<T>> publisher, Supplier<Flow.Publisher<T>> failed) {
            super(new TestEnvironment(Patience.some().toMillis(), 100, 20)); // the last: how often it looks
            this.most = most;
            this.publisher = publisher;
            this.failed = failed;
        }

        @Override
        public Flow.Publisher<T> createFlowPublisher(long elements) {
            return publisher.apply(elements);
        }

        @Override
        public Flow.Publisher<T> createFailedFlowPublisher() {
            return failed.get();
        }

        @Override
        public long maxElementsFromPublisher() {
            return most;
        }

        /** The kit looks once, after a fixed time, which is long for most machines and short for a busy one. */
        @Override
        public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
                throws InterruptedException {
            Flow.Publisher<T> source = createFlowPublisher(4);
            WeakReference<Flow.Subscriber<T>> subscriber = new WeakReference<>(cancelledAfterThree(source));

            try {
                Patience.await().until(() -> {
                    System.gc();
                    return subscriber.get() == null;
                });
            } finally {
                Reference.reachabilityFence(source);
            }
        }

        private static <T> Flow.Subscriber<T> cancelledAfterThree(Flow.Publisher<T> source)
                throws InterruptedException {
            ThreeOnly<T> subscriber = new ThreeOnly<>();
            source.subscribe(subscriber);
            assertThat(subscriber.came.await(Patience.some().toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            return subscriber;
        }

        Stream<DynamicTest> tests() {
            return Arrays.stream(getClass().getMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> run(rule)));
        }

        private void run(Method rule) throws Throwable {
            setUp();
            try {
                rule.invoke(this);
            } catch (InvocationTargetException e) {
                Assumptions.assumeFalse(e.getCause() instanceof SkipException, e.getCause()::getMessage);
                throw e.getCause();
            }
        }
    }

    @TestFactory
    default Stream<DynamicTest> results_ofAJob_keepTheRules() {
        return new Rules<>(
                        10_000,
                        n -> pool().lapply(IntStream.range(0, (int) n).boxed().toList(), i -> i)
                                .results(),
                        () -> {
                            Gate never = Gate.in(folder());
                            ResultsJob<?, Integer> job = pool().lapply(List.of(1), i -> {
                                never.pass();
                                return i;
                            });
                            job.cancel();
                            return job.results();
                        })
                .tests();
    }

    @TestFactory
    default Stream<DynamicTest> stream_ofAPublisher_keepsTheRules() {
        return new Rules<>(
                        Long.MAX_VALUE - 1,
                        n -> pool().stream(new CountedPublisher<>(n, i -> i), i -> i),
                        () -> pool().stream(
                                new CountedPublisher<Long>(n -> {
                                    throw new IllegalStateException("on purpose");
                                }),
                                i -> i))
                .tests();
    }
}
