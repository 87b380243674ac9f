package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LastStepTest {
    private final AtomicInteger taken = new AtomicInteger();
    private final LastStep step = new LastStep(taken::incrementAndGet);

    private Thread waiting(AtomicBoolean over) {
        Thread thread = new Thread(() -> {
            try {
                step.await(over::get, null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        Awaitility.await().atMost(Patience.some()).until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    private static void awaitEnd(Thread thread) throws InterruptedException {
        thread.join(Patience.some().toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void callWaiting_nobodyWaits_leavesItToTheCaller() {
        assertThat(step.callWaiting()).isFalse();
        assertThat(taken).hasValue(0);

        step.take();
        step.take();

        assertThat(taken).hasValue(1);
    }

    @Test
    void callWaiting_somebodyWaits_whoTakesTheStep() throws InterruptedException {
        Thread thread = waiting(new AtomicBoolean());

        assertThat(step.callWaiting()).isTrue();

        awaitEnd(thread);
        assertThat(taken).hasValue(1);
    }

    @Test
    void await_isOverOtherwise_returnsWithoutTheStep() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread thread = waiting(over);

        over.set(true);
        step.wake();

        awaitEnd(thread);
        assertThat(taken).hasValue(0);
    }

    /** Also by one who spins, and is about to park just then. */
    @Test
    @Timeout(300)
    void callWaiting_whileSomebodyBeginsToWait_isHeard() throws Exception {
        Spinning spinning = new Spinning();
        for (int round = 0; round < 2_000; round++) {
            spinning.learn(0);
            AtomicInteger count = new AtomicInteger();
            LastStep due = new LastStep(count::incrementAndGet);
            Thread thread = new Thread(() -> {
                long end = System.nanoTime() + ThreadLocalRandom.current().nextLong(400_000);
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                if (!due.callWaiting()) {
                    due.take();
                }
            });
            thread.start();

            due.await(() -> count.get() > 0, spinning);

            awaitEnd(thread);
            assertThat(count).hasValue(1);
        }
    }

    @Test
    void await_interrupted_returnsAndLeavesTheStepToOthers() throws InterruptedException {
        Thread thread = waiting(new AtomicBoolean());

        thread.interrupt();
        awaitEnd(thread);

        assertThat(taken).hasValue(0);
        assertThat(step.callWaiting()).isFalse();
    }

    @Test
    void await_interruptedWhileItIsCalled_isTakenOnceByOneOfThem() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicInteger count = new AtomicInteger();
            LastStep contested = new LastStep(count::incrementAndGet);
            CyclicBarrier together = new CyclicBarrier(2);
            Thread thread = new Thread(() -> {
                try {
                    together.await();
                    contested.await(() -> false, null);
                } catch (Exception e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            together.await();

            thread.interrupt();
            if (!contested.callWaiting()) {
                contested.take();
            }
            awaitEnd(thread);

            assertThat(count).hasValue(1);
        }
    }
}
