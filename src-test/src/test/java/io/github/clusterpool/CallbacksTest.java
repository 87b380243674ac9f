package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallbacksTest {
    private static final int MANY = 1_000;

    private final ActorTestKit kit = ActorTestKit.create();
    private final Callbacks callbacks = new Callbacks(kit.system(), "test");
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stop() {
        release.countDown();
        callbacks.shutdown();
        kit.shutdownTestKit();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void expect(CountDownLatch latch) {
        Patience.await().until(() -> latch.getCount() == 0);
    }

    /** A callback that blocks, and has begun to. */
    private void block() {
        CountDownLatch begun = new CountDownLatch(1);
        callbacks.execute(() -> {
            begun.countDown();
            await(release);
        });
        expect(begun);
    }

    @Test
    void execute_manyBeforeTheThreadRuns_areItsAlone() {
        Deque<Runnable> started = new ArrayDeque<>();
        Callbacks ofOneThread = new Callbacks(
                kit.system(), new ThreadPoolExecutor(0, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>()) {
                    @Override
                    public void execute(Runnable runner) {
                        started.add(runner);
                    }
                });
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            ofOneThread.execute(done::incrementAndGet);
        }

        assertThat(started).hasSize(1);
        started.remove().run();

        assertThat(done).hasValue(MANY);
        assertThat(started).isEmpty();
    }

    @Test
    void execute_manyThatBlock_areAllBegun() {
        CountDownLatch begun = new CountDownLatch(20);

        for (int i = 0; i < 20; i++) {
            callbacks.execute(() -> {
                begun.countDown();
                await(release);
            });
        }

        expect(begun);
    }

    @Test
    void execute_behindOneThatComputes_beginsOnceThatHasTakenTooLongForAThreadWithoutProcessor() {
        AtomicLong secondBegan = new AtomicLong();
        long before = System.nanoTime();
        callbacks.execute(() -> {
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
        });

        callbacks.execute(() -> secondBegan.set(System.nanoTime()));
        Patience.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    callbacks.execute(() -> {}); // looks each time
                    return secondBegan.get() != 0;
                });

        assertThat(secondBegan.get() - before)
                .isGreaterThan(Duration.ofMillis(10).toNanos());
    }

    @Test
    void execute_behindOneThatWaits_beginsBeforeThat() {
        Patience.await().until(this::beginsWithin10Millis); // it may lack a processor, but not each time
    }

    private boolean beginsWithin10Millis() {
        Callbacks some = new Callbacks(kit.system(), "some");
        AtomicLong secondBegan = new AtomicLong();
        long end = System.nanoTime() + Duration.ofMillis(10).toNanos();
        some.execute(() -> await(release));

        while (secondBegan.get() == 0 && System.nanoTime() < end) {
            some.execute(() -> secondBegan.compareAndSet(0, System.nanoTime()));
        }
        some.shutdown();
        return secondBegan.get() != 0 && secondBegan.get() < end;
    }

    @Test
    void execute_fromACallbackThatWaitsForIt_isDone() {
        for (int i = 0; i < 50; i++) { // the first ones take so long that nobody need look again
            CountDownLatch inner = new CountDownLatch(1);
            CountDownLatch outer = new CountDownLatch(1);

            callbacks.execute(() -> {
                callbacks.execute(inner::countDown);
                await(inner);
                outer.countDown();
            });

            expect(outer);
        }
    }

    @Test
    void execute_byManyThreads_losesNone() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(4 * MANY);
        for (int t = 0; t < 4; t++) {
            new Thread(() -> {
                        for (int i = 0; i < MANY; i++) {
                            callbacks.execute(done::countDown);
                        }
                    })
                    .start();
        }

        expect(done);
    }

    @Test
    void shutdown_someWait_areDone() {
        CountDownLatch done = new CountDownLatch(2);
        block();
        callbacks.execute(done::countDown);

        callbacks.shutdown();
        callbacks.execute(done::countDown);

        expect(done);
    }

    @Test
    void shutdown_moreWaitBehindOneThatBlocksThanFitOnAStack_areDone() {
        AtomicReference<Runnable> held = new AtomicReference<>();
        AtomicBoolean holds = new AtomicBoolean();
        Callbacks some = new Callbacks(
                kit.system(), new ThreadPoolExecutor(0, MANY, 0, TimeUnit.SECONDS, new SynchronousQueue<>()) {
                    @Override
                    public void execute(Runnable runner) {
                        if (holds.get()) {
                            held.set(runner);
                        } else {
                            super.execute(runner);
                        }
                    }
                });
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(100 * MANY);
        some.execute(() -> {
            begun.countDown();
            await(release);
        });
        expect(begun);
        holds.set(true);

        for (int i = 0; i < 100 * MANY; i++) {
            some.execute(done::countDown);
        }
        Patience.await().until(() -> held.get() != null); // somebody has seen that the first one blocks
        some.shutdown();
        holds.set(false);
        held.get().run();

        expect(done);
    }

    @Test
    void execute_systemHasEnded_isDoneAllTheSame() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        kit.shutdownTestKit();

        callbacks.execute(() -> {
            begun.countDown();
            await(release);
        });
        callbacks.execute(done::countDown);

        expect(begun);
        expect(done);
    }
}
